package io.pinion.job;

import io.pinion.job.resume.Resumption;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Where a job's rows go. Rows are written beside it, and it changes only in {@link #publish}, so
 * that a job that fails leaves what was there. Not thread-safe; used by the driver's main thread.
 */
interface JobOutput extends Resumption.Staged {
  /** The path or the table's name. */
  String name();

  boolean exists();

  /** Whether it does not exist, or has no files. */
  boolean isEmpty() throws IOException;

  /**
   * Makes the place for the rows, and tries it out with a table of no rows.
   *
   * @param schema of the rows that will be written
   * @throws io.pinion.job.file.JobException if the rows could not be written or published later
   */
  void prepare(StructType schema);

  /**
   * Checks the rows of the input, if there is something about them to check.
   *
   * @throws io.pinion.job.file.JobException if what becomes of them could not be published
   */
  default void checkInput(Dataset<Row> rows) {}

  /** Runs the job, and writes its rows into the place made for them. */
  void write(Dataset<Row> rows);

  /** The folder with the rows that are not published yet, once it is made. */
  Path staging();

  /** What was written, with the columns of a schema, if rows are told apart there. */
  Dataset<Row> written(StructType columns);

  /**
   * Does what a run that was cut off was about to do: publish the rows in its folder. Without
   * effect if it had done so.
   */
  void publishFor(Path cutOff) throws IOException;

  /** The rows that a run left in a format of their own; {@code null} if there are none. */
  Dataset<Row> leftBy(Path cutOff) throws IOException;

  /** Deletes the folder of a run that was cut off. */
  void discardFor(Path cutOff) throws IOException;

  /**
   * Makes what was written visible, as the output's mode has it.
   *
   * @throws IOException if that fails; the message says where the rows are, which stay
   */
  void publish() throws IOException;

  /** Keeps what was written without publishing it. Returns the path where it is. */
  String keep() throws IOException;

  /** Deletes what was written and not published. Without effect after {@link #publish}. */
  void discard() throws IOException;

  /** The rows of the published output. */
  Dataset<Row> published();
}
