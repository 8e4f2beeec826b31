package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.format.FileFormat;
import io.pinion.job.format.JdbcTable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * What a data source keeps in a form of its own: a Delta table by its path, a table of a database
 * by JDBC. Rows are written into a folder first, and handed to the data source once all are there.
 */
final class SourceOutput extends StagedOutput {
  private static final String JDBC = "jdbc";

  private final Output output;
  private final Path target;
  private StructType schema;

  /**
   * @param target the folder, resolved; {@code null} for a data source without
   */
  SourceOutput(SparkSession spark, Output output, Path target) {
    super(spark);
    this.output = output;
    this.target = target;
  }

  @Override
  public String name() {
    return target != null
        ? output.path()
        : output.format().equals(JDBC) ? JdbcTable.name(output.options()) : output.format();
  }

  /** False if it cannot be known before the data source is told to write. */
  @Override
  public boolean exists() {
    return target == null
        ? output.format().equals(JDBC) && JdbcTable.exists(output.options())
        : isThere(target);
  }

  @Override
  public void prepare(StructType rows) {
    schema = rows;
    FileFormat format = new FileFormat(output);
    format.writer(spark.createDataFrame(List.of(), rows));
    if (output.mode().equals("append") && exists()) {
      requireSameColumns(name(), published().schema(), format.written(rows));
    }
    try {
      folder =
          target == null
              ? StagingFolder.within(warehouse(), configuration)
              : StagingFolder.of(target, configuration);
      staged = new StagedRows(spark, folder, output, true);
      staged.tryOut(rows);
    } catch (Exception e) {
      throw new JobException(
          "the rows for " + name() + " cannot be written to a folder first: " + e.getMessage(), e);
    }
  }

  @Override
  StagingFolder reopen(Path root) throws IOException {
    return StagingFolder.reopen(root, target == null ? root.getParent() : target, configuration);
  }

  @Override
  public Dataset<Row> leftBy(Path cutOff) throws IOException {
    Dataset<Row> left = super.leftBy(cutOff);
    return left == null ? null : new FileFormat(output).flat(left);
  }

  @Override
  public void publish() throws IOException {
    try {
      DataFrameWriter<Row> writer = new FileFormat(output).writer(rows()).mode(output.mode());
      if (output.mode().equals("overwrite")
          && FileFormat.option(output, "overwriteSchema") == null) {
        // Delta keeps the earlier columns unless it is told to take the new ones.
        writer.option("overwriteSchema", true);
      }
      if (target == null) {
        writer.save();
      } else {
        writer.save(target.toString());
      }
    } catch (Exception e) {
      throw new IOException(
          "the rows cannot be handed to %s: %s; they are in %s"
              .formatted(name(), Messages.cause(e), keep()),
          e);
    }
    folder.delete();
  }

  /** One task adds the rows to a database in one transaction, unless more are asked for. */
  private Dataset<Row> rows() {
    Dataset<Row> rows = staged.spreadAnew(schema);
    return output.format().equals(JDBC) && output.partitions() == 0 ? rows.coalesce(1) : rows;
  }

  @Override
  public boolean isEmpty() {
    return !exists();
  }

  @Override
  public String contents(boolean staged) {
    return null;
  }

  @Override
  public Dataset<Row> published() {
    DataFrameReader reader = spark.read().format(output.format()).options(output.options());
    return target == null ? reader.load() : reader.load(Places.literal(target));
  }
}
