package io.pinion.job;

import io.pinion.job.file.JobException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** An output whose rows are written into a folder beside it first. */
abstract class StagedOutput implements JobOutput {
  static final String WAREHOUSE = "spark.sql.warehouse.dir";

  final SparkSession spark;
  final Configuration configuration;

  /** Set by {@link #prepare}; {@code null} until then. */
  StagingFolder folder;

  /** Set by {@link #prepare}; {@code null} until then. */
  StagedRows staged;

  StagedOutput(SparkSession spark) {
    this.spark = spark;
    this.configuration = spark.sessionState().newHadoopConf();
  }

  /** Whether the folder of {@code output.path} is there. */
  final boolean isThere(Path target) {
    try {
      return target.getFileSystem(configuration).exists(target);
    } catch (IOException e) {
      throw new JobException("output.path " + name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Where rows for an output without a folder are written first. */
  final Path warehouse() throws IOException {
    return Places.resolved(new Path(spark.conf().get(WAREHOUSE)), configuration);
  }

  /**
   * Checks that rows to append have the columns that are there, in any order and case.
   *
   * @param subject the output in the message
   */
  static void requireSameColumns(String subject, StructType there, StructType added) {
    List<String> old = names(there);
    List<String> more = names(added);
    if (!old.containsAll(more) || !more.containsAll(old)) {
      throw new JobException(
          List.of(
              "%s has the columns %s, and the rows to append have %s"
                  .formatted(subject, String.join(", ", old), String.join(", ", more))));
    }
  }

  private static List<String> names(StructType schema) {
    return Arrays.stream(schema.fieldNames()).map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public final void write(Dataset<Row> rows) {
    staged.write(rows);
  }

  @Override
  public final Path staging() {
    return folder.root();
  }

  @Override
  public final void hold() throws IOException {
    folder.hold();
  }

  @Override
  public final Dataset<Row> written(StructType columns) {
    return staged.written(columns);
  }

  @Override
  public final void publishFor(Path cutOff) throws IOException {
    StagingFolder left = reopen(cutOff);
    if (left.exists()) {
      left.addToTarget(staged.complete());
    }
  }

  @Override
  public Dataset<Row> leftBy(Path cutOff) throws IOException {
    return staged.leftIn(reopen(cutOff));
  }

  @Override
  public final void discardFor(Path cutOff) throws IOException {
    reopen(cutOff).discard();
  }

  /** Opens a folder that another run made for this output. */
  abstract StagingFolder reopen(Path root) throws IOException;

  @Override
  public final String keep() throws IOException {
    return folder.keep(staged.complete()).toString();
  }

  @Override
  public final void discard() throws IOException {
    if (folder != null) {
      folder.discard();
    }
  }
}
