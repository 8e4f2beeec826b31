package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFileReader;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
    JobFile job = JobFileReader.read(Path.of(file), List.of(), name -> null);
    CommandLine command =
        CommandLine.parse(file, "--report", folder.resolve("report.json").toString());
    Messages messages = new Messages(job, System.out, System.err, false);
    return new JobRun(job, null, command, spark, messages).run();
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
    create(
        format,
        "answers",
        "id BIGINT, text STRING, generated_text STRING, finish_reason STRING, prompt_tokens INT,"
            + " completion_tokens INT, error STRUCT<class: STRING, message: STRING>");
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
