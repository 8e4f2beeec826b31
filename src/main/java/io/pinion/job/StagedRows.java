package io.pinion.job;

import io.pinion.job.file.JobFile.Output;
import io.pinion.job.format.FileFormat;
import io.pinion.job.resume.AppendedRows;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * Rows in a {@link StagingFolder}: as they will be published, or in a format of their own if they
 * are to go into a table or into a number of files, or if their identities are needed. Generation
 * then runs in all partitions of the input all the same, and its result is on disk before it is
 * spread anew.
 */
final class StagedRows {
  private static final String ROWS = "rows";
  private static final String FILES = "files";
  private static final String TRIAL = "trial";
  private static final String ORDER = "_pinion_order";
  private static final String PARQUET = "parquet";

  private final SparkSession spark;
  private final StagingFolder folder;
  private final Output output;
  private final FileFormat format;
  private final boolean committed;

  /**
   * @param committed whether a data source makes the rows visible by a commit of its own, rather
   *     than by files that are moved
   */
  StagedRows(SparkSession spark, StagingFolder folder, Output output, boolean committed) {
    this.spark = spark;
    this.folder = folder;
    this.output = output;
    this.format = new FileFormat(output);
    this.committed = committed;
  }

  /** Writes a table of no rows in every format that will be used, and deletes it. */
  void tryOut(StructType schema) throws IOException {
    Dataset<Row> none = spark.createDataFrame(List.of(), schema);
    if (spread()) {
      save(none.withColumn(ORDER, functions.lit(0L)).write().format(PARQUET), TRIAL);
    }
    if (!committed) {
      save(format.writer(none), TRIAL);
    }
    folder.delete(TRIAL);
  }

  /** Runs the rows' job. */
  void write(Dataset<Row> rows) {
    boolean identified = Arrays.asList(rows.columns()).contains(AppendedRows.IDENTITY);
    if (spread() || identified) {
      Dataset<Row> ordered = rows.withColumn(ORDER, functions.monotonically_increasing_id());
      save(ordered.write().format(PARQUET), ROWS);
      if (!committed) {
        save(format.writer(spreadAnew(rows.drop(AppendedRows.IDENTITY).schema())), FILES);
      }
    } else {
      save(format.writer(rows), FILES);
    }
  }

  /** The rows that were written, in as many partitions as there will be files. */
  Dataset<Row> spreadAnew(StructType schema) {
    Dataset<Row> rows = written(schema.add(ORDER, "long"));
    if (output.partitions() > 0) {
      rows =
          rows.repartitionByRange(output.partitions(), rows.col(ORDER))
              .sortWithinPartitions(rows.col(ORDER));
    }
    return rows.drop(ORDER);
  }

  /** What was written in a format of its own, with the columns of a schema. */
  Dataset<Row> written(StructType schema) {
    return spark.read().schema(schema).parquet(Places.literal(folder.path(ROWS)));
  }

  /** What another run wrote in a format of its own; {@code null} if it is not there. */
  Dataset<Row> leftIn(StagingFolder other) throws IOException {
    return other.exists() ? spark.read().parquet(Places.literal(other.path(ROWS))) : null;
  }

  /** The folder's part with the rows, whatever their format. */
  String complete() {
    return committed ? ROWS : FILES;
  }

  private boolean spread() {
    return committed || output.partitions() > 0;
  }

  private void save(DataFrameWriter<Row> writer, String name) {
    writer.mode(SaveMode.Overwrite).save(folder.path(name).toString());
  }
}
