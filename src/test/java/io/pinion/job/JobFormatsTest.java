package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What rows look like on disk, and how they are spread. */
class JobFormatsTest extends JobTest {
  private Path out() {
    return folder.resolve("out");
  }

  private List<Row> written(String format, String... options) {
    session();
    var reader = SparkSession.builder().getOrCreate().read().format(format);
    for (int i = 0; i < options.length; i += 2) {
      reader = reader.option(options[i], options[i + 1]);
    }
    return reader.load(out().toString()).collectAsList();
  }

  @Test
  void csvHasJsonForWhatIsNoText() throws IOException {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        """
        {"id": 1, "text": " a \\n\\"b\\" ", "tags": ["x", "y"], "more": {"k": 1}}
        {"id": 2, "text": null, "tags": null, "more": null}
        """);
    assertThat(run(job("format: csv, options: {header: true}", "guide: {type: int}\n")))
        .as(printed())
        .isZero();
    assertThat(printed()).contains("rows         1 ok, 1 failed").doesNotContain("cannot be shown");
    List<Row> rows = written("csv", "header", "true", "multiLine", "true");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).<String>getAs("text")).isEqualTo(" a \n\"b\" ");
    assertThat(rows.get(0).<String>getAs("tags")).isEqualTo("[\"x\",\"y\"]");
    assertThat(rows.get(0).<String>getAs("more")).isEqualTo("{\"k\":1}");
    assertThat(rows.get(0).schema().fieldNames()).doesNotContain("error");
    assertThat(rows.get(0).<String>getAs("error_class")).isNull();
    assertThat(rows.get(0).<String>getAs("error_message")).isNull();
    assertThat(rows.get(1).<String>getAs("error_class")).isEqualTo("RowException");
    assertThat(rows.get(1).<String>getAs("error_message"))
        .isEqualTo("prompt column 'text' is null");
  }

  @Test
  void parsedStructsInCsvAreJsonThatReadsBack() throws IOException {
    rows(2);
    String guide =
        """
        guide:
          json-schema:
            type: object
            properties: {a: {enum: [1]}, b: {type: boolean}}
            required: [a, b]
            additionalProperties: false
        """;
    String job = job("format: csv, options: {header: true}", guide);
    assertThat(run(job, "--set", "sampling.max-tokens=30")).as(printed()).isZero();
    session();
    List<Row> parsed =
        SparkSession.active()
            .read()
            .option("header", true)
            .csv(out().toString())
            .selectExpr("from_json(parsed, 'a BIGINT, b BOOLEAN') AS v")
            .selectExpr("v.a", "v.b IS NOT NULL")
            .collectAsList();
    assertThat(parsed).hasSize(2).allMatch(row -> row.getLong(0) == 1 && row.getBoolean(1));
  }

  @Test
  void anInputColumnWithTheNameOfASpreadErrorIsRefusedForCsvAlone() throws IOException {
    Files.writeString(folder.resolve("rows.jsonl"), "{\"text\": \"a\", \"Error_Class\": 1}\n");
    assertThat(run(job("format: csv", ""))).isEqualTo(2);
    assertThat(printed()).contains("pinion: two columns 'error_class' would be written");
    assertThat(out()).doesNotExist();
    assertThat(run(job("format: json", ""))).as(printed()).isZero();
  }

  @Test
  void csvIsAppendedToAsItWasWritten() throws IOException {
    rows(2);
    String job = job("format: csv, mode: append, options: {header: true}", "");
    assertThat(run(job)).as(printed()).isZero();
    assertThat(run(job)).as(printed()).isZero();
    assertThat(written("csv", "header", "true")).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"csv, 1", "csv, 0", "parquet, 2", "json, 0"})
  void severalCompletionsWithAllColumnsCanBeWritten(String format, int partitions)
      throws IOException {
    rows(3);
    String output = "format: %s, partitions: %d, include: [token_ids, logprobs]";
    String more =
        """
        guide:
          json-schema:
            type: object
            properties: {a: {enum: [1]}}
            required: [a]
            additionalProperties: false
        """;
    String job = job(output.formatted(format, partitions), more);
    assertThat(run(job, "--set", "sampling.n=2", "--set", "sampling.max-tokens=20"))
        .as(printed())
        .isZero();
    assertThat(printed()).contains("rows         3 ok").doesNotContain("cannot be shown");
  }

  @ParameterizedTest
  @ValueSource(strings = {"user.text", "a b", "a`b", "Text", "größe", "a,b", "select", "a=b;c"})
  void anyNameOfAColumnCanBeUsed(String name) throws IOException {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        "{\"id\": 1, %s: \"Say hi.\"}\n".formatted(new ObjectMapper().writeValueAsString(name)));
    for (String format : List.of("json", "parquet", "csv")) {
      String job =
          job(
              "path: " + folder.resolve("rows.jsonl"),
              "path: " + out() + ", mode: overwrite, partitions: 1, format: " + format,
              "prompt: {template: '{{ %s }}'}\nsampling: {max-tokens: 4}\n".formatted(name));
      assertThat(run(job)).as(printed()).isZero();
      assertThat(printed()).contains("rows         1 ok, 0 failed").contains("Say hi.");
    }
  }

  @Test
  void aNestedIdIsTheIdOfAppendedRows() throws IOException {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        """
        {"doc": {"key": 1, "text": "a"}}
        {"doc": {"key": 2, "text": null}}
        """);
    String job =
        job(
            "path: %s, id-column: doc.key".formatted(folder.resolve("rows.jsonl")),
            "path: %s, mode: append".formatted(out()),
            "prompt: {template: '{{ doc.text }}'}\nsampling: {max-tokens: 2}\nresume: true\n");
    assertThat(run(job)).as(printed()).isZero();
    assertThat(printed()).contains("1 failed: prompt column 'doc.text' is null");
    Files.writeString(
        folder.resolve("rows.jsonl"),
        """
        {"doc": {"key": 1, "text": "changed"}}
        {"doc": {"key": 3, "text": "c"}}
        """);
    assertThat(run(job)).as(printed()).isZero();
    assertThat(written("json")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "prefix: mood_, json",
    "struct: mood, json",
    "prefix: mood_, csv",
    "struct: mood, csv"
  })
  void namesOfGeneratedColumnsReachAllThatReadsThem(String names, String format) throws Exception {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        """
        {"id": 1, "text": "a", "error": 5}
        {"id": 2, "text": null, "error": 6}
        """);
    String job =
        job(
            "path: %s, id-column: id".formatted(folder.resolve("rows.jsonl")),
            "path: %s, format: %s, %s, options: {header: true}".formatted(out(), format, names),
            """
            prompt: {template: '{{ text }}'}
            sampling: {max-tokens: 20}
            guide:
              json-schema:
                type: object
                properties: {field_of_parsed: {enum: [1]}}
                required: [field_of_parsed]
                additionalProperties: false
            resume: true
            """);
    assertThat(run(job)).as(printed()).isZero();
    assertThat(printed())
        .contains("rows         1 ok, 1 failed")
        .contains("field_of_parsed")
        .contains("prompt column 'text' is null")
        .doesNotContain("prompt_tokens", "cannot be shown");
    assertThat(run(job)).as(printed()).isZero();
    assertThat(printed()).contains("resumed      2 rows");
    assertThat(run(job, "--set", "resume={retry-failed: true}")).as(printed()).isZero();
    assertThat(printed()).contains("resumed      1 rows");
    Row failed = written(format, "header", "true").get(1);
    assertThat(failed.getAs("error").toString()).isEqualTo("6");
    String error =
        format.equals("csv")
            ? failed.getAs("mood_error_message")
            : names.startsWith("prefix")
                ? failed.<Row>getAs("mood_error").getAs("message")
                : failed.<Row>getAs("mood").<Row>getAs("error").getAs("message");
    assertThat(error).isEqualTo("prompt column 'text' is null");
  }

  private void inputOfPartitions(int count) throws IOException {
    Path input = Files.createDirectories(folder.resolve("input"));
    for (int i = 0; i < count; i++) {
      StringBuilder lines = new StringBuilder();
      for (int row = 0; row < 5; row++) {
        lines.append("{\"id\": %d, \"text\": \"row\"}\n".formatted(5 * i + row));
      }
      Files.writeString(input.resolve("part-%d.jsonl".formatted(i)), lines);
    }
  }

  private String spreadJob(String output, String input) throws IOException {
    return job(
        "path: %s, options: {}, %s".formatted(folder.resolve("input"), input),
        "path: %s, %s".formatted(out(), output),
        "prompt: {template: \"{{ text }}{{ id }}\"}\nsampling: {max-tokens: 3}\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void fewFilesAreWrittenByManyTasksInTheOrderOfTheRows(int partitions) throws IOException {
    inputOfPartitions(8);
    List<Object> ids = new ArrayList<>();
    String job = spreadJob("partitions: " + partitions, "partitions: 8");
    assertThat(tasksThatGenerate(job)).isEqualTo(8);
    try (var files = Files.list(out())) {
      assertThat(files.filter(file -> file.getFileName().toString().startsWith("part-")))
          .hasSize(partitions);
    }
    written("json").forEach(row -> ids.add(row.getAs("id")));
    assertThat(ids).hasSize(40).doesNotHaveDuplicates();
  }

  @Test
  void limitedRowsAreSpread() throws IOException {
    inputOfPartitions(8);
    assertThat(tasksThatGenerate(spreadJob("mode: overwrite", "limit: 20"))).isEqualTo(2);
    assertThat(written("json")).hasSize(20);
    assertThat(tasksThatGenerate(spreadJob("mode: overwrite", "limit: 20, partitions: 5")))
        .isEqualTo(5);
    assertThat(written("json")).hasSize(20);
  }

  /** How many partitions had rows for the model, told by the prompts that each of them ran. */
  private int tasksThatGenerate(String job) {
    session();
    java.util.Set<Integer> partitions = java.util.concurrent.ConcurrentHashMap.newKeySet();
    SparkSession.builder()
        .getOrCreate()
        .sparkContext()
        .addSparkListener(
            new org.apache.spark.scheduler.SparkListener() {
              @Override
              public void onTaskEnd(org.apache.spark.scheduler.SparkListenerTaskEnd end) {
                boolean generates =
                    scala.jdk.javaapi.CollectionConverters.asJava(end.taskInfo().accumulables())
                        .stream()
                        .anyMatch(
                            info ->
                                info.name().isDefined()
                                    && info.name().get().equals("pinion.rows.ok")
                                    && info.update().isDefined()
                                    && info.update().get() instanceof Long rows
                                    && rows > 0);
                if (generates) {
                  partitions.add(end.taskInfo().partitionId());
                }
              }
            });
    assertThat(run(job)).as(printed()).isZero();
    return partitions.size();
  }

  @Test
  void rowsThatShareTheirRandomNumbersAreCounted() throws IOException {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        "{\"id\": 1, \"text\": \"a\"}\n".repeat(3) + "{\"id\": 2, \"text\": \"b\"}\n");
    Path report = folder.resolve("report.json");
    String job = job("mode: overwrite", "");
    assertThat(run(job, "--report", report.toString())).isZero();
    assertThat(printed()).doesNotContain("earlier row");
    assertThat(Files.readString(report)).contains("\"repeated_ids\" : 0");

    String hot = "sampling.temperature=1.5";
    assertThat(run(job, "--report", report.toString(), "--set", hot)).isZero();
    String prompt =
        "2 of 4 sampled rows have the prompt of an earlier row, and so its text: set"
            + " input.id-column";
    assertThat(printed()).contains("pinion: " + prompt);
    assertThat(Files.readString(report)).contains("\"repeated_ids\" : 2").contains(prompt);

    assertThat(run(job, "--set", hot, "--set", "input.id-column=id")).isZero();
    assertThat(printed())
        .contains("2 of 4 sampled rows have the id of an earlier row in column 'id', and so its");
    assertThat(run(job, "--set", hot, "--set", "input.partitions=4")).isZero();
    assertThat(printed()).contains("2 of 4 sampled rows");
    assertThat(run(job, "--set", hot, "--set", "batch.deduplicate=true")).isZero();
    assertThat(printed()).doesNotContain("earlier row");
  }

  @Test
  void aRowsOwnSamplingValueIsItsOwnError() throws IOException {
    Path cases = Path.of("src/test/resources/job");
    String yaml =
        Files.readString(cases.resolve("one_hot_row.yaml"))
            .replace("path: one_hot_row.jsonl", "path: " + cases.resolve("one_hot_row.jsonl"))
            .replace("out/one-hot-row", out().toString())
            .replace("${MODEL}", model());
    Path file = folder.resolve("hot.yaml");
    Files.writeString(file, yaml);
    assertThat(run(file.toString())).as(printed()).isZero();
    assertThat(printed())
        .contains("rows         4 ok, 1 failed")
        .contains("temperature in column 't' must be a number from 0 to 100, is 1.0E300");
  }

  @Test
  void whatAVariableHoldsIsNotInTheMessages() throws IOException {
    rows(1);
    String home = System.getenv("PATH");
    String job = job("mode: overwrite", "");
    assertThat(run(job, "--set", "model.uri=\"/nowhere/${PATH}\"")).isEqualTo(1);
    assertThat(printed()).contains("model /nowhere/${PATH} does not exist").doesNotContain(home);
    assertThat(run(job, "--debug", "--set", "prompt.template=\"{{ ${PATH} }}\"")).isEqualTo(2);
    assertThat(printed()).contains("there is no column '${PATH}'").doesNotContain(home);
  }
}
