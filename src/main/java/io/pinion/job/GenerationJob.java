package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFile.Input;
import io.pinion.job.file.JobFile.Output;
import io.pinion.spark.TextGenerator;
import io.pinion.spark.metric.GenerationMetrics;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs a job: reads a table, applies a {@link TextGenerator}, writes the result. */
final class GenerationJob {
  private final JobFile job;
  private final SparkSession spark;
  private final TextGenerator generator;

  GenerationJob(JobFile job, SparkSession spark) {
    this.job = job;
    this.spark = spark;
    this.generator = generator(job);
  }

  /** The rows to generate for. */
  Dataset<Row> read() {
    Input input = job.input();
    DataFrameReader reader = spark.read().options(input.options());
    if (input.schema() != null) {
      reader = reader.schema(input.schema());
    }
    Dataset<Row> rows =
        input.format().equals("table")
            ? reader.table(input.table())
            : reader.format(input.format()).load(input.paths().toArray(String[]::new));
    if (input.limit() > 0) {
      rows = rows.limit(input.limit());
    }
    return input.partitions() > 0 ? rows.repartition(input.partitions()) : rows;
  }

  /**
   * The rows with the generated columns; nothing runs yet.
   *
   * @throws JobException if the job does not fit the table's columns
   */
  Dataset<Row> transform(Dataset<Row> rows) {
    try {
      return generator.transform(rows);
    } catch (IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  /** Generates and writes. */
  void write(Dataset<Row> generated) {
    Output output = job.output();
    Dataset<Row> parts =
        output.partitions() > 0 ? generated.coalesce(output.partitions()) : generated;
    DataFrameWriter<Row> writer = parts.write().mode(output.mode()).options(output.options());
    if (output.format().equals("table")) {
      writer.saveAsTable(output.table());
    } else {
      writer.format(output.format()).save(output.path());
    }
  }

  /** The counters of the run. */
  GenerationMetrics metrics() {
    return generator.metrics();
  }

  private static TextGenerator generator(JobFile job) {
    TextGenerator generator = new TextGenerator();
    job.settings().given().forEach(generator::set);
    return generator;
  }
}
