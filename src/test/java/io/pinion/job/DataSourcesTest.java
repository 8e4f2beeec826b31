package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every format that a session has a data source for: files, Delta by path, a database by JDBC. */
class DataSourcesTest extends JobTest {
  private static final String MORE =
      "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n";
  private String url;

  @Override
  SparkSession.Builder settings() {
    return super.settings()
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
  }

  @BeforeEach
  void database() {
    url = "jdbc:derby:memory:" + folder.getFileName() + ";create=true";
  }

  private void sql(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private String jdbc(String table) {
    return "format: jdbc, options: {url: \"%s\", dbtable: %s}".formatted(url, table);
  }

  private List<Row> table(String name) {
    session();
    return SparkSession.active()
        .read()
        .format("jdbc")
        .option("url", url)
        .option("dbtable", name)
        .load()
        .orderBy("id")
        .collectAsList();
  }

  private Path out() {
    return folder.resolve("out");
  }

  private List<Row> written(String format) {
    session();
    return SparkSession.active()
        .read()
        .format(format)
        .option("rowTag", "ROW")
        .load(out().toString())
        .orderBy("id")
        .collectAsList();
  }

  @ParameterizedTest
  @CsvSource({
    "foo, input, json, input.format foo is no data source that this session knows: name one of",
    "json, input, avro, output.format avro is no data source that this session knows: name one of",
    "kafka, input, json, input.format kafka is no data source",
    "json, input, parket, output.format parket is no data source"
  })
  void aFormatThatNobodyKnowsIsRefusedBeforeAnythingIsRead(
      String input, String path, String output, String message) throws IOException {
    String job =
        job(
            "format: %s, path: %s".formatted(input, folder.resolve(path)),
            "format: %s, path: %s".formatted(output, out()),
            MORE);
    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).startsWith("pinion: " + message).hasLineCount(1);
    assertThat(out()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orc", "xml", "delta", "ORC"})
  void filesOfAnyFormatAreWrittenReplacedAndAppendedTo(String format) throws IOException {
    rows(3);
    String output = "format: %s, partitions: 1".formatted(format);
    assertThat(run(job(output, ""))).as(printed()).isZero();
    assertThat(printed()).contains("rows         3 ok").doesNotContain("cannot be shown");
    assertThat(written(format)).hasSize(3).allMatch(row -> row.getAs("generated_text") != null);
    assertThat(run(job(output, ""))).isEqualTo(2);
    assertThat(printed()).contains("exists already, and output.mode is error");

    rows(2);
    assertThat(run(job(output + ", mode: overwrite, prefix: x_", ""))).as(printed()).isZero();
    assertThat(written(format)).hasSize(2).allMatch(row -> row.getAs("x_generated_text") != null);
    String broken = "model.uri=/nowhere/model";
    assertThat(run(job(output + ", mode: overwrite", ""), "--set", broken)).isEqualTo(1);
    assertThat(
            run(
                job(output + ", mode: overwrite", "on-error: fail"),
                "--set",
                "prompt.template=\"{{ text }}\"",
                "--set",
                "model.max-model-length=2"))
        .isEqualTo(1);
    assertThat(written(format)).hasSize(2).allMatch(row -> row.getAs("x_generated_text") != null);

    String append = job(output + ", mode: append, prefix: x_", "resume: true\n");
    assertThat(run(append)).as(printed()).isZero();
    assertThat(written(format)).hasSize(4);
    assertThat(run(append)).as(printed()).isZero();
    assertThat(written(format)).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"orc", "xml", "delta"})
  void filesOfAnyFormatAreRead(String format) throws IOException {
    session();
    SparkSession.active()
        .range(3)
        .selectExpr("id", "concat('row ', id) AS text")
        .write()
        .format(format)
        .option("rowTag", "ROW")
        .save(folder.resolve("in").toString());
    String options = format.equals("xml") ? ", options: {rowTag: ROW}" : "";
    String job =
        job(
            "format: %s, path: %s%s".formatted(format, folder.resolve("in"), options),
            "path: " + out(),
            MORE);
    assertThat(run(job)).as(printed()).isZero();
    assertThat(written("json")).extracting(row -> row.getAs("text")).contains("row 2");
  }

  @Test
  void aDeltaTableByPathHasOneCommitForEachRun() throws IOException {
    rows(4);
    String job = job("format: delta, mode: append", "");
    assertThat(run(job)).as(printed()).isZero();
    assertThat(run(job)).as(printed()).isZero();
    assertThat(run(job, "--set", "output.mode=overwrite")).as(printed()).isZero();
    session();
    assertThat(
            SparkSession.active()
                .sql("DESCRIBE HISTORY delta.`%s`".formatted(out()))
                .selectExpr("operationParameters.mode")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactly("Overwrite", "Append", "Append");
    assertThat(run(job, "--set", "output.prefix=x_")).isEqualTo(2);
    assertThat(printed()).contains("has the columns id, text, generated_text");
    assertThat(entries(folder)).noneMatch(name -> name.startsWith(".out"));
  }

  private void texts(int from, int to) throws SQLException {
    for (int i = from; i < to; i++) {
      sql("INSERT INTO texts VALUES (%d, 'row %d')".formatted(i, i));
    }
  }

  @Test
  void aDatabaseIsReadAndWritten() throws Exception {
    sql("CREATE TABLE texts (\"id\" BIGINT, \"text\" VARCHAR(100))");
    texts(0, 3);
    sql("INSERT INTO texts VALUES (3, NULL)");
    String job = job(jdbc("texts"), jdbc("answers"), MORE);
    assertThat(run(job)).as(printed()).isZero();
    assertThat(printed()).contains("rows         3 ok, 1 failed").doesNotContain("cannot be shown");
    List<Row> rows = table("answers");
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).<String>getAs("generated_text")).isNotNull();
    assertThat(rows.get(0).<String>getAs("error_class")).isNull();
    assertThat(rows.get(3).<String>getAs("error_message"))
        .isEqualTo("prompt column 'text' is null");

    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).contains("answers exists already, and output.mode is error");
    sql("DELETE FROM texts WHERE \"id\" > 1");
    assertThat(run(job, "--set", "output.mode=overwrite", "--set", "model.uri=/nowhere"))
        .isEqualTo(1);
    assertThat(table("answers")).hasSize(4);
    assertThat(run(job, "--set", "output.mode=overwrite")).as(printed()).isZero();
    assertThat(table("answers")).hasSize(2);
    assertThat(entries(folder.resolve("warehouse"))).noneMatch(name -> name.contains("pinion"));
  }

  @Test
  void rowsAreAppendedToADatabaseOnce() throws Exception {
    sql("CREATE TABLE texts (\"id\" BIGINT, \"text\" VARCHAR(100))");
    texts(0, 3);
    String checkpoint = "resume: true\ncheckpoint: %s\n".formatted(folder.resolve("checkpoint"));
    String output = jdbc("answers") + ", mode: append, struct: a";
    assertThat(run(job(jdbc("texts"), output, MORE + checkpoint))).isEqualTo(2);
    assertThat(printed()).contains("with a checkpoint, set input.id-column");

    String job = job(jdbc("texts") + ", id-column: id", output, MORE + checkpoint);
    assertThat(run(job, "--set", "sampling.n=2")).as(printed()).isZero();
    assertThat(table("answers")).hasSize(3);
    texts(3, 5);
    assertThat(run(job, "--set", "sampling.n=2")).as(printed()).isZero();
    assertThat(table("answers")).hasSize(5);

    leaveCutOff();
    assertThat(run(job, "--set", "sampling.n=2")).as(printed()).isZero();
    assertThat(printed()).contains("which was cut off, are appended");
    assertThat(table("answers")).hasSize(5);

    leaveCutOff();
    sql("DELETE FROM answers WHERE \"id\" > 2");
    assertThat(run(job, "--set", "sampling.n=2")).as(printed()).isZero();
    assertThat(printed()).contains("was cut off before it appended its rows");
    assertThat(table("answers")).hasSize(5);
  }

  /** Makes the last run that had rows look as if it had been killed while it handed them over. */
  private void leaveCutOff() throws IOException {
    try (Stream<Path> runs = Files.list(folder.resolve("checkpoint/runs"))) {
      for (Path record : runs.filter(path -> path.toString().endsWith(".json")).toList()) {
        String run = Files.readString(record);
        if (run.contains("\"rows\" : 2,")) {
          Files.writeString(record, run.replace("PUBLISHED", "PUBLISHING"));
        }
      }
    }
  }

  @Test
  void aDatabaseThatCannotBeReachedIsNamedWithoutItsPassword() throws IOException {
    url = "jdbc:derby:memory:nowhere;user=u;password=hunter2";
    assertThat(run(job(jdbc("texts"), "path: " + out(), MORE))).isEqualTo(2);
    assertThat(printed()).startsWith("pinion: input: ").contains("nowhere");
    rows(1);
    assertThat(run(job("path: " + folder.resolve("rows.jsonl"), jdbc("x"), MORE))).isEqualTo(2);
    assertThat(printed()).startsWith("pinion: output.format jdbc, ").contains("nowhere");
  }

  @Test
  void theTableOfADatabaseIsNotInputAndOutput() throws Exception {
    sql("CREATE TABLE texts (\"id\" BIGINT, \"text\" VARCHAR(100))");
    String job = job(jdbc("texts"), jdbc("TEXTS") + ", mode: overwrite", MORE);
    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).contains("TEXTS is the input: choose another table");
    assertThat(Files.exists(out())).isFalse();
  }
}
