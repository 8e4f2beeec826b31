package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The job files in {@code jobs/}, with a real model: {@code bin/pinion test} names it. */
@EnabledIfEnvironmentVariable(
    named = "PINION_TEST_MODEL",
    matches = ".+",
    disabledReason = "PINION_TEST_MODEL names no SmolLM2 file: bin/pinion test sets it")
class ExampleJobsTest extends JobTest {
  private static final Path JOBS = Path.of("jobs");

  @Override
  SparkSession.Builder settings() {
    return super.settings()
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
  }

  static List<String> examples() throws IOException {
    try (Stream<Path> files = Files.list(JOBS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList();
    }
  }

  private void runExample(String name, String... overrides) {
    List<String> arguments = new ArrayList<>(List.of(JOBS.resolve(name).toString()));
    arguments.addAll(List.of("--set", "output.path=" + folder.resolve("out")));
    arguments.addAll(List.of("--set", "model.uri=" + System.getenv("PINION_TEST_MODEL")));
    arguments.addAll(List.of("--report", folder.resolve("report.json").toString()));
    Arrays.stream(overrides).forEach(each -> arguments.addAll(List.of("--set", each)));
    assertThat(run(arguments.toArray(String[]::new))).as(printed()).isZero();
  }

  private List<Row> written(String format) {
    session();
    return SparkSession.active()
        .read()
        .format(format)
        .load(folder.resolve("out").toString())
        .orderBy("id")
        .collectAsList();
  }

  private static List<String> texts(List<Row> rows) {
    return rows.stream().map(row -> row.<String>getAs("generated_text")).toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleRunsWithoutFailedRows(String name) throws IOException {
    runExample(name, "input.limit=2");
    assertThat(report().path("rows_ok").asInt()).isEqualTo(2);
    assertThat(report().path("rows_failed").asInt()).isZero();
    assertThat(report().path("warnings")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void theReadmeListsEveryExample(String name) throws IOException {
    assertThat(Files.readString(Path.of("README.md"))).contains("jobs/" + name);
  }

  @Test
  void classifyGivesEachRowOneOfItsLabels() {
    runExample("classify.yaml");
    assertThat(texts(written("json")))
        .hasSize(6)
        .isSubsetOf("product", "delivery", "billing", "question", "praise");
  }

  @Test
  void judgeGivesAScoreAndAReasonBesideTheAnswer() {
    runExample("judge.yaml");
    List<Row> rows = written("json");
    assertThat(rows).hasSize(5);
    for (Row row : rows) {
      Row parsed = row.<Row>getAs("judge").getAs("parsed");
      assertThat(parsed.<Long>getAs("score")).isBetween(1L, 5L);
      assertThat(parsed.<String>getAs("reason")).hasSizeBetween(10, 120);
      assertThat(row.<String>getAs("answer")).isNotEmpty();
    }
  }

  @Test
  void syntheticRowsDifferAndFollowTheSeed() {
    runExample("synthetic.yaml");
    List<String> first = texts(written("json"));
    assertThat(first).hasSize(8).doesNotHaveDuplicates();
    runExample("synthetic.yaml");
    assertThat(texts(written("json"))).isEqualTo(first);
    runExample("synthetic.yaml", "sampling.seed=7");
    assertThat(texts(written("json"))).isNotEqualTo(first);
  }

  @Test
  void extractDeltaAddsTheNewRowsAlone() throws IOException {
    Path input = Files.copy(JOBS.resolve("mails.jsonl"), folder.resolve("mails.jsonl"));
    runExample("extract-delta.yaml", "input.path=" + input);
    List<Row> first = written("delta");
    assertThat(first).hasSize(5);
    assertThat(first).allMatch(row -> row.<Row>getAs("parsed").<Integer>getAs("order") != null);
    Files.writeString(
        input,
        "{\"id\": \"m99\", \"text\": \"Ida here. The vase of order 41111 is lovely.\"}\n",
        StandardOpenOption.APPEND);
    runExample("extract-delta.yaml", "input.path=" + input);
    List<Row> second = written("delta");
    assertThat(second.subList(0, 5)).isEqualTo(first);
    assertThat(second).hasSize(6);
    assertThat(report().path("completion_tokens").asInt()).isPositive();
  }
}
