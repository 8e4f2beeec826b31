package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.file.JobFileReader;
import io.pinion.job.file.NamedFile;
import io.pinion.spark.column.OutputNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableOutputTest extends JobTest {
  private SparkSession spark;

  @BeforeEach
  void table() {
    spark = SparkSession.builder().getOrCreate();
    spark.range(2).write().mode("overwrite").saveAsTable("answers");
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private TableOutput output(String mode, int partitions) {
    return new TableOutput(
        spark,
        new Output(
            "table",
            null,
            "answers",
            mode,
            Map.of(),
            partitions,
            OutputNames.PLAIN,
            List.of(),
            List.of()));
  }

  private List<Object> ids() {
    return spark.table("answers").collectAsList().stream().map(row -> row.get(0)).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void theTableIsReplacedWhenTheRowsArePublished(int partitions) throws IOException {
    TableOutput output = output("overwrite", partitions);
    Dataset<Row> rows = spark.range(0, 7, 1, 4).toDF("fresh");
    output.prepare(rows.schema());
    output.write(rows);
    assertThat(spark.table("answers").columns()).containsExactly("id");
    output.publish();
    assertThat(spark.table("answers").columns()).containsExactly("fresh");
    assertThat(ids()).containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L);
    output.discard();
    assertThat(entries(folder.resolve("warehouse"))).containsExactly("answers");
    assertThat(spark.catalog().listTables().count()).isEqualTo(1);
  }

  @Test
  void rowsThatAreNotPublishedAreKeptOrGone() throws IOException {
    TableOutput output = output("overwrite", 0);
    Dataset<Row> rows = spark.range(3).toDF("fresh");
    output.prepare(rows.schema());
    output.write(rows);
    Path kept = Path.of(output.keep().replace("file:", ""));
    assertThat(spark.read().parquet(kept.toString()).count()).isEqualTo(3);
    assertThat(spark.table("answers").columns()).containsExactly("id");
    TableOutput other = output("overwrite", 0);
    other.prepare(rows.schema());
    other.write(rows);
    other.discard();
    assertThat(entries(folder.resolve("warehouse"))).hasSize(2).contains("answers");
  }

  @Test
  void rowsAreAppendedIfTheirColumnsAreTheTables() throws IOException {
    TableOutput output = output("append", 1);
    assertThatThrownBy(() -> output.prepare(spark.range(1).toDF("other").schema()))
        .isInstanceOf(JobException.class)
        .hasMessage("output.table answers has the columns id, and the rows to append have other");
    Dataset<Row> rows = spark.range(5, 7).toDF("id");
    output.prepare(rows.schema());
    output.write(rows);
    assertThat(ids()).hasSize(2);
    output.publish();
    assertThat(ids()).containsExactlyInAnyOrder(0L, 1L, 5L, 6L);
  }

  @Test
  void aViewIsNoOutput() {
    spark.range(1).createOrReplaceTempView("seen");
    TableOutput output =
        new TableOutput(
            spark,
            new Output(
                "table",
                null,
                "seen",
                "overwrite",
                Map.of(),
                0,
                OutputNames.PLAIN,
                List.of(),
                List.of()));
    assertThatThrownBy(() -> output.prepare(spark.range(1).schema()))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("is a view");
  }

  private int runJob(String input, String output) throws Exception {
    String file =
        job(input, output, "prompt: {template: \"{{ id }}\"}\nsampling: {max-tokens: 3}\n");
    JobFile job = JobFileReader.read(new NamedFile(file), List.of(), name -> null);
    Messages messages = new Messages(job, System.out, System.err, false);
    return new JobRun(job, null, CommandLine.parse(file), spark, messages).run();
  }

  @Test
  void aJobReadsOneTableAndWritesAnother() throws Exception {
    String input = "format: table, table: answers";
    assertThat(runJob(input, "format: table, table: texts, mode: overwrite")).isZero();
    assertThat(runJob(input, "format: table, table: texts, mode: append")).isZero();
    assertThat(spark.table("texts").count()).isEqualTo(4);
    assertThat(runJob(input, "format: table, table: texts, mode: ignore")).isZero();
    for (String same :
        List.of("answers", "ANSWERS", "default.answers", "spark_catalog.default.answers")) {
      for (String mode : List.of("overwrite", "append")) {
        assertThatThrownBy(() -> runJob(input, "format: table, table: " + same + ", mode: " + mode))
            .isInstanceOf(JobException.class)
            .hasMessageContaining("is the input, or the input reads it");
      }
    }
    spark.sql("CREATE VIEW reader AS SELECT id FROM answers");
    assertThatThrownBy(
            () ->
                runJob(
                    "format: table, table: reader",
                    "format: table, table: answers, mode: overwrite"))
        .hasMessageContaining("is the input, or the input reads it");
    Path data = folder.resolve("warehouse/answers");
    assertThatThrownBy(
            () ->
                runJob(
                    "format: parquet, path: " + data,
                    "format: table, table: answers, mode: overwrite"))
        .hasMessageContaining("is the input, or the input reads it");
    assertThatThrownBy(() -> runJob(input, "path: " + data + ", mode: overwrite"))
        .hasMessageContaining("lies in output.path");
    assertThat(ids()).hasSize(2);
  }
}
