package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFileReader;
import io.pinion.job.file.NamedFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Delta and Iceberg tables as input, output and cache of jobs that go on. */
class LakeTablesTest extends JobTest {
  private SparkSession spark;

  /** A session with a catalog {@code lake} of Iceberg's, and Delta's as its own. */
  @Override
  @BeforeEach
  void session() {
    spark =
        settings()
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .config("spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog")
            .config("spark.sql.catalog.lake.type", "hadoop")
            .config("spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString())
            .getOrCreate();
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private static String table(String format, String name) {
    return format.equals("iceberg") ? "lake.db." + name : name;
  }

  private void create(String format, String name, String columns) {
    spark.sql("CREATE TABLE %s (%s) USING %s".formatted(table(format, name), columns, format));
  }

  /** A job from the table {@code texts} to another, in this session, which it leaves open. */
  private int runJob(String format, String output, String mode, String more) throws Exception {
    String file =
        job(
            "format: table, table: %s, id-column: id".formatted(table(format, "texts")),
            "format: table, table: %s, mode: %s".formatted(table(format, output), mode),
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n" + more);
    return runFile(file);
  }

  private int runFile(String file) throws Exception {
    JobFile job = JobFileReader.read(new NamedFile(file), List.of(), name -> null);
    CommandLine command =
        CommandLine.parse(file, "--report", folder.resolve("report.json").toString());
    Messages messages = new Messages(job, System.out, System.err, false);
    return new JobRun(job, null, command, spark, messages).run();
  }

  private static final String ANSWERS =
      "id BIGINT, text STRING, generated_text STRING, finish_reason STRING, prompt_tokens INT,"
          + " completion_tokens INT, error STRUCT<class: STRING, message: STRING>";

  private int merge(String format, String more) throws Exception {
    String file =
        job(
            "format: table, table: %s, id-column: id".formatted(table(format, "texts")),
            "merge: {into: %s, on: [ID]}".formatted(table(format, "answers")),
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n" + more);
    return runFile(file);
  }

  private List<String> texts(String format) {
    return rows(format, "answers").stream().map(row -> row.get(0) + " " + row.get(1)).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void rowsAreMergedByTheirKeys(String format) throws Exception {
    create(format, "texts", "id BIGINT, text STRING");
    create(format, "answers", ANSWERS);
    insert(format, 0, 3);
    String checkpoint =
        "resume: true\ncheckpoint: \"%s\"\n".formatted(folder.resolve("checkpoint"));
    assertThat(merge(format, checkpoint)).isZero();
    assertThat(texts(format)).containsExactly("0 row 0", "1 row 1", "2 row 2");

    String texts = table(format, "texts");
    spark.sql("DELETE FROM %s WHERE id = 0".formatted(texts));
    spark.sql("UPDATE %s SET text = 'changed' WHERE id = 1".formatted(texts));
    insert(format, 3, 4);
    assertThat(merge(format, checkpoint)).isZero();
    List<Row> merged = rows(format, "answers");
    assertThat(texts(format)).containsExactly("0 row 0", "1 changed", "2 row 2", "3 row 3");
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(1);

    // As if the run had been killed before its merge was noted, or before it merged.
    Path runs = folder.resolve("checkpoint/runs");
    for (String name : entries(runs)) {
      String record = Files.readString(runs.resolve(name));
      Files.writeString(runs.resolve(name), record.replace("PUBLISHED", "PUBLISHING"));
    }
    assertThat(merge(format, checkpoint)).isZero();
    assertThat(rows(format, "answers")).isEqualTo(merged);
    spark.sql("DELETE FROM %s WHERE id = 3".formatted(table(format, "answers")));
    assertThat(merge(format, checkpoint)).isZero();
    assertThat(rows(format, "answers")).isEqualTo(merged);
    assertThat(report().path("model_loads").asInt()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void keysThatAreNullOrSharedAreRefusedBeforeAnythingRuns(String format) throws Exception {
    create(format, "texts", "id BIGINT, text STRING");
    create(format, "answers", ANSWERS);
    spark.sql("INSERT INTO %s VALUES (1, 'a'), (1, 'b')".formatted(table(format, "texts")));
    assertThatThrownBy(() -> merge(format, ""))
        .hasMessage(
            "output.merge.on ID: 2 rows have the key ID 1, and a table's row can be replaced by"
                + " one alone");
    spark.sql("INSERT INTO %s VALUES (NULL, 'c')".formatted(table(format, "texts")));
    assertThatThrownBy(() -> merge(format, ""))
        .hasMessage("output.merge.on ID: a row has no key, {\"id\":null,\"text\":\"c\"}");
    assertThat(rows(format, "answers")).isEmpty();
  }

  @Test
  void whatCannotBeMergedIsRefusedBeforeAnythingRuns() throws Exception {
    create("delta", "texts", "id BIGINT, text STRING");
    assertThatThrownBy(() -> merge("delta", ""))
        .hasMessageContaining("output.merge.into answers is no table: make it with CREATE TABLE");
    create("parquet", "answers", ANSWERS);
    assertThatThrownBy(() -> merge("delta", ""))
        .hasMessageContaining("output.merge.into answers: rows cannot be merged into this table");
    spark.sql("DROP TABLE answers");
    create("delta", "answers", ANSWERS.replace("id BIGINT", "number BIGINT"));
    assertThatThrownBy(() -> merge("delta", ""))
        .hasMessageContaining("output.table answers has the columns number, text");
    spark.sql("DROP TABLE answers");
    create("delta", "answers", ANSWERS);
    String file = mergeOn("key");
    assertThatThrownBy(() -> runFile(file))
        .hasMessageContaining("output.merge.on: there is no column 'key'; there are id, text");
  }

  private String mergeOn(String key) throws Exception {
    return job(
        "format: table, table: texts",
        "merge: {into: answers, on: %s}".formatted(key),
        "prompt: {template: \"{{ text }}\"}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg", "parquet"})
  void aTableIsPartitioned(String format) throws Exception {
    create(format, "texts", "id BIGINT, text STRING");
    insert(format, 0, 3);
    String output = "format: table, table: %s, partition-by: finish_reason, mode: %s";
    spark.sql("CREATE TABLE %s (%s) USING %s".formatted(table(format, "answers"), ANSWERS, format));
    for (String mode : List.of("overwrite", "overwrite", "append")) {
      String file =
          job(
              "format: table, table: " + table(format, "texts"),
              output.formatted(table(format, "answers"), mode),
              "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n");
      assertThat(runFile(file)).isZero();
      assertThat(partitions(table(format, "answers"))).containsExactly("finish_reason");
    }
    assertThat(rows(format, "answers")).hasSize(6);
    String other =
        job(
            "format: table, table: " + table(format, "texts"),
            output.formatted(table(format, "answers"), "append").replace("finish_reason", "text"),
            "prompt: {template: \"{{ text }}\"}\n");
    assertThatThrownBy(() -> runFile(other))
        .hasMessageContaining("is partitioned by finish_reason, and the rows to append by text");
  }

  private List<String> partitions(String table) throws Exception {
    return spark.catalog().listColumns(table).collectAsList().stream()
        .filter(org.apache.spark.sql.catalog.Column::isPartition)
        .map(org.apache.spark.sql.catalog.Column::name)
        .toList();
  }

  private List<Row> rows(String format, String name) {
    return spark.table(table(format, name)).orderBy("id").collectAsList();
  }

  private void insert(String format, int from, int to) {
    for (int i = from; i < to; i++) {
      spark.sql("INSERT INTO %s VALUES (%d, 'row %d')".formatted(table(format, "texts"), i, i));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg"})
  void aTableIsReadAppendedToAndCachedIn(String format) throws Exception {
    create(format, "texts", "id BIGINT, text STRING");
    create(format, "answers", ANSWERS);
    insert(format, 0, 4);
    String checkpoint =
        "resume: true\ncheckpoint: \"%s\"\ncache: {table: %s}\n"
            .formatted(folder.resolve("checkpoint"), table(format, "known"));
    assertThat(runJob(format, "answers", "append", checkpoint)).isZero();
    assertThat(rows(format, "answers")).hasSize(4);
    insert(format, 4, 6);
    assertThat(runJob(format, "answers", "append", checkpoint)).isZero();
    List<Row> appended = rows(format, "answers");
    assertThat(appended).extracting(row -> row.getLong(0)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
    assertThat(runJob(format, "answers", "append", checkpoint)).isZero();
    assertThat(rows(format, "answers")).isEqualTo(appended);

    String cache = "cache: {table: %s}\n".formatted(table(format, "known"));
    String other = "resume: true\ncheckpoint: \"%s\"\n".formatted(folder.resolve("other"));
    assertThat(runJob(format, "again", "overwrite", other + cache)).isZero();
    assertThat(report().path("cached_rows").asInt()).isEqualTo(6);
    assertThat(report().path("model_loads").asInt()).isZero();
    assertThat(rows(format, "again")).isEqualTo(appended);
    assertThat(runJob(format, "again", "overwrite", other + cache)).isZero();
    assertThat(rows(format, "again")).isEqualTo(appended);
  }

  @ParameterizedTest
  @ValueSource(strings = {"delta", "iceberg", "orc"})
  void aTableThatIsReplacedKeepsItsFormat(String format) throws Exception {
    create(format, "texts", "id BIGINT, text STRING");
    create(format, "answers", "Provider STRING, Location STRING");
    insert(format, 0, 3);
    assertThat(runJob(format, "answers", "overwrite", "")).isZero();
    assertThat(rows(format, "answers")).hasSize(3);
    assertThat(Tables.detail(spark, table(format, "answers"), "Provider").orElseThrow())
        .isEqualToIgnoringCase(format);
    assertThat(Tables.detail(spark, table(format, "answers"), "Location")).isPresent();
    if (format.equals("delta")) {
      assertThat(spark.sql("DESCRIBE HISTORY answers").count()).isEqualTo(2);
    }
  }
}
