package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Files in a folder. */
final class PathOutput implements JobOutput {
  private final SparkSession spark;
  private final Output output;
  private final Path target;
  private final Configuration configuration;
  private StagingFolder folder;
  private StagedRows staged;
  private StructType schema;

  /**
   * @param target the folder, resolved
   */
  PathOutput(SparkSession spark, Output output, Path target) {
    this.spark = spark;
    this.output = output;
    this.target = target;
    this.configuration = spark.sessionState().newHadoopConf();
  }

  @Override
  public String name() {
    return output.path();
  }

  @Override
  public boolean exists() {
    try {
      return target.getFileSystem(configuration).exists(target);
    } catch (IOException e) {
      throw new JobException("output.path " + name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void prepare(StructType rows) {
    schema = rows;
    if (output.mode().equals("append") && exists()) {
      requireSameColumns();
    }
    try {
      folder = StagingFolder.of(target, configuration);
      staged = new StagedRows(spark, folder, output);
      staged.tryOut(rows);
    } catch (Exception e) {
      throw new JobException("output.path " + name() + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** Files of one folder with other columns could not be read as one table. */
  private void requireSameColumns() {
    StructType there = existing();
    for (StructField field : schema.fields()) {
      if (there == null || !Arrays.asList(there.fieldNames()).contains(field.name())) {
        continue;
      }
      StructField other = there.apply(field.name());
      if (!other.dataType().sameType(field.dataType())) {
        throw new JobException(
            List.of(
                "output.path %s has a column %s of type %s, to which type %s cannot be appended"
                    .formatted(
                        name(),
                        field.name(),
                        other.dataType().simpleString(),
                        field.dataType().simpleString())));
      }
    }
  }

  /** The columns of an existing output whose files state them; else {@code null}. */
  private StructType existing() {
    if (!output.format().equals("parquet")) {
      return null;
    }
    try {
      return spark.read().parquet(target.toString()).schema();
    } catch (Exception e) {
      if (e instanceof org.apache.spark.sql.AnalysisException) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public void write(Dataset<Row> rows) {
    staged.write(rows);
  }

  @Override
  public void publish() throws IOException {
    if (output.mode().equals("append")) {
      folder.addToTarget(staged.complete());
    } else if (output.mode().equals("overwrite") || !exists()) {
      folder.replaceTarget(staged.complete());
    } else {
      throw new IOException(
          name() + " was made by another job in the meantime; the rows are in " + keep());
    }
  }

  @Override
  public String keep() throws IOException {
    return folder.keep(staged.complete()).toString();
  }

  @Override
  public void discard() throws IOException {
    if (folder != null) {
      folder.discard();
    }
  }

  @Override
  public Dataset<Row> published() {
    return new FileFormat(output).read(spark, schema, target.toString());
  }
}
