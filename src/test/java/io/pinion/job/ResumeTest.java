package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Jobs that go on where earlier runs were, on a tiny random model. */
class ResumeTest extends JobTest {
  private static final String RESUME = "input.id-column=id";

  private int resume(String job, String... more) {
    return run(
        Stream.concat(
                Stream.of(
                    job,
                    "--set",
                    RESUME,
                    "--set",
                    "input.partitions=3",
                    "--report",
                    folder.resolve("report.json").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private String checkpoint() {
    return "checkpoint: \"" + folder.resolve("checkpoint") + "\"\n";
  }

  /** The data files of the output, by their contents alone, in the order of their partitions. */
  private List<String> files() throws IOException {
    Path out = folder.resolve("out");
    return entries(out).stream()
        .filter(name -> name.startsWith("part-"))
        .map(
            name -> {
              try {
                return Files.readString(out.resolve(name));
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }

  @Test
  void aFinishedJobRunsAgainWithoutItsModelAndWritesTheSameBytes() throws Exception {
    rows(50);
    String job = job("mode: error", "resume: true\n" + checkpoint());
    String sampled = "sampling.temperature=1";
    assertThat(resume(job, "--set", sampled)).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isZero();
    List<String> undisturbed = files();
    assertThat(resume(job, "--set", sampled)).as(printed()).isZero();
    assertThat(files()).isEqualTo(undisturbed);
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(50);
    assertThat(report().path("model_loads").asInt()).isZero();
    assertThat(report().path("rows_ok").asInt()).isEqualTo(50);
    assertThat(printed()).contains("50 rows were finished before");
  }

  @Test
  void rowsThatCameSinceAreGeneratedAlone() throws Exception {
    rows(20);
    String job = job("mode: overwrite", "resume: true\n" + checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    rows(30);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(20);
    List<String> resumed = files();
    String undisturbed = job("mode: overwrite", "");
    assertThat(resume(undisturbed)).as(printed()).isZero();
    assertThat(files()).isEqualTo(resumed);
  }

  @Test
  void aCheckpointOfOtherSettingsIsRefusedByName() throws Exception {
    rows(5);
    String job = job("mode: overwrite", "resume: true\n" + checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    List<String> before = files();
    String[] changed = {"--set", "sampling.temperature=0.5", "--set", "prompt.system=Be brief."};
    assertThat(resume(job, changed)).isEqualTo(2);
    assertThat(printed())
        .contains("sampling.temperature was 0.0 and is 0.5")
        .contains("prompt.system was not set and is Be brief.")
        .contains("--force");
    assertThat(files()).isEqualTo(before);
    Files.writeString(folder.resolve("model/special_tokens_map.json"), "{}");
    assertThat(resume(job)).isEqualTo(2);
    assertThat(printed()).contains("model file special_tokens_map.json was not set");
    assertThat(resume(job, "--force")).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(5);
    assertThat(printed()).contains("the checkpoint was forced");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aCheckpointIsNotUsedWithoutAWord() throws Exception {
    rows(5);
    String job = job("mode: overwrite", checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(resume(job)).isEqualTo(2);
    assertThat(printed()).contains("holds the rows of an earlier run: set resume to true");
    Files.createDirectories(folder.resolve("mine"));
    Files.writeString(folder.resolve("mine/notes.txt"), "mine");
    assertThat(resume(job, "--set", "checkpoint=" + folder.resolve("mine"))).isEqualTo(2);
    assertThat(printed()).contains("is no checkpoint: name another folder");
  }

  @Test
  void appendingTwiceAppendsNewRowsAlone() throws Exception {
    rows(10);
    String job = job("mode: append", "resume: true\n" + checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(contents(folder.resolve("out")).lines()).hasSize(10);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(contents(folder.resolve("out")).lines()).hasSize(10);
    rows(13);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(contents(folder.resolve("out")).lines()).hasSize(13).doesNotHaveDuplicates();
  }

  @Test
  void aRowsOwnGuideAndParametersBelongToItsAnswer() throws Exception {
    String line = "{\"id\": %d, \"text\": \"row %d\", \"own\": %s, \"most\": %d}\n";
    String yes = "\"{\\\"choice\\\": [\\\"yes\\\"]}\"";
    String no = "\"{\\\"choice\\\": [\\\"no\\\"]}\"";
    Path rows = folder.resolve("rows.jsonl");
    Files.writeString(
        rows,
        line.formatted(0, 0, yes, 9)
            + line.formatted(1, 1, no, 9)
            + line.formatted(2, 2, "null", 2));
    String more = "resume: true\n" + checkpoint() + "guide: {from-column: own}\n";
    String job = job("mode: overwrite", more);
    String column = "sampling.max-tokens={from-column: most}";
    assertThat(resume(job, "--set", column)).as(printed()).isZero();
    assertThat(String.join("", files())).contains("\"yes\"").contains("\"no\"");
    Files.writeString(
        rows,
        line.formatted(0, 0, no, 9)
            + line.formatted(1, 1, no, 9)
            + line.formatted(2, 2, "null", 3));
    assertThat(resume(job, "--set", column)).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(1);
    assertThat(String.join("", files())).doesNotContain("\"yes\"").contains("\"no\"");
  }

  @Test
  void kryoCarriesALedger() throws Exception {
    rows(12);
    String job = job("mode: overwrite", "resume: true\n" + checkpoint() + cache());
    SparkSession.active().stop();
    settings()
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .getOrCreate();
    assertThat(resume(job)).as(printed()).isZero();
    List<String> before = files();
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(12);
    assertThat(files()).isEqualTo(before);
  }

  private String cache() {
    return "cache: {path: \"" + folder.resolve("cache") + "\"}\n";
  }

  @Test
  void failedRowsAreTriedAgainIfAsked() throws Exception {
    rows(4);
    Files.writeString(
        folder.resolve("rows.jsonl"),
        "{\"id\": 9, \"text\": \"%s\"}\n".formatted("long ".repeat(500)),
        java.nio.file.StandardOpenOption.APPEND);
    String job = job("mode: overwrite", "resume: true\n" + checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(report().path("rows_failed").asInt()).isEqualTo(1);
    List<String> before = files();
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(5);
    assertThat(report().path("rows_failed").asInt()).isEqualTo(1);
    assertThat(files()).isEqualTo(before);
    assertThat(resume(job, "--set", "resume={retry-failed: true}")).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(4);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aCacheHoldsTheAnswersOfEarlierJobs() throws Exception {
    rows(10);
    String cache = "cache: {path: \"" + folder.resolve("cache") + "\"}\n";
    String job = job("mode: overwrite", cache);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isZero();
    rows(20);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isEqualTo(10);
    assertThat(report().path("cache_hit_share").asDouble()).isEqualTo(0.5);
    List<String> cached = files();
    String both = job("mode: overwrite", "resume: true\n" + cache + checkpoint());
    rows(24);
    assertThat(resume(both)).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isEqualTo(20);
    assertThat(resume(job("mode: overwrite", cache))).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isEqualTo(24);
    rows(20);
    assertThat(resume(job("mode: overwrite", ""))).as(printed()).isZero();
    assertThat(files()).isEqualTo(cached);
    // Other settings have other answers, side by side.
    String other = job("mode: overwrite", cache);
    assertThat(resume(other, "--set", "sampling.max-tokens=5")).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isZero();
  }

  @Test
  void aCacheCanBeATable() throws Exception {
    rows(10);
    String job = job("mode: overwrite", "cache: {table: answers}\nresume: true\n" + checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    String fresh =
        job(
            "mode: overwrite",
            "cache: {table: answers}\ncheckpoint: \"" + folder.resolve("other") + "\"\n");
    rows(12);
    // The session's catalog forgets its tables, which a real one does not.
    session();
    SparkSession.active()
        .sql(
            "CREATE TABLE answers USING parquet LOCATION '"
                + folder.resolve("warehouse/answers")
                + "'");
    assertThat(resume(fresh)).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isEqualTo(10);
  }

  @Test
  void theCheckpointIsNeitherInputNorOutput() throws Exception {
    rows(3);
    for (String place : List.of("out/checkpoint", "", "out")) {
      String job = job("mode: overwrite", "checkpoint: \"" + folder.resolve(place) + "\"\n");
      assertThat(resume(job)).as(place).isEqualTo(2);
      assertThat(printed()).contains("checkpoint ").contains("lie in each other");
    }
    String job =
        job(
            "path: \"" + folder.resolve("in") + "\"",
            "path: \"" + folder.resolve("out") + "\"",
            "prompt: {template: \"{{ text }}\"}\ncache: {path: \""
                + folder.resolve("in/c")
                + "\"}\n");
    Files.createDirectories(folder.resolve("in"));
    Files.copy(folder.resolve("rows.jsonl"), folder.resolve("in/rows.jsonl"));
    assertThat(resume(job)).isEqualTo(2);
    assertThat(printed()).contains("cache.path ").contains("lies in input.path");
  }

  /** As if a run had been killed in the middle of its moves. */
  @Test
  void anAppendThatWasCutOffIsBroughtToItsEnd() throws Exception {
    rows(12);
    String job = job("mode: append", "resume: true\n" + checkpoint());
    assertThat(resume(job)).as(printed()).isZero();
    Path record;
    try (Stream<Path> runs = Files.list(folder.resolve("checkpoint/runs"))) {
      record = runs.filter(path -> path.toString().endsWith(".json")).findFirst().orElseThrow();
    }
    // One of the files is not moved yet, and the run's record says so.
    String run = Files.readString(record);
    String staging = new ObjectMapper().readTree(run).path("staging").asText();
    Path left = Path.of(java.net.URI.create(staging)).resolve("files");
    Files.createDirectories(left);
    String file =
        entries(folder.resolve("out")).stream()
            .filter(name -> name.startsWith("part-"))
            .findFirst()
            .orElseThrow();
    Files.move(folder.resolve("out").resolve(file), left.resolve(file));
    Files.writeString(record, run.replace("PUBLISHED", "PUBLISHING"));
    assertThat(contents(folder.resolve("out")).lines().count()).isLessThan(12);
    rows(14);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(printed()).contains("which was cut off, are appended");
    assertThat(contents(folder.resolve("out")).lines()).hasSize(14).doesNotHaveDuplicates();
    assertThat(left).doesNotExist();
  }

  @Test
  void aRunIsRepeatedFromItsReport() throws Exception {
    rows(8);
    String job = job("mode: overwrite", "");
    assertThat(resume(job, "--set", "sampling.temperature=1", "--set", "sampling.seed=5"))
        .as(printed())
        .isZero();
    List<String> before = files();
    JsonNode repeat = report().path("repeat");
    assertThat(repeat.path("seed").asInt()).isEqualTo(5);
    assertThat(repeat.path("model_files").has("config.json")).isTrue();
    assertThat(report().path("devices").get(0).path("hardware").asText()).contains("cores");
    Path kept = folder.resolve("kept.json");
    Files.copy(folder.resolve("report.json"), kept);
    Files.delete(Path.of(job));
    assertThat(run("--from-report", kept.toString())).as(printed()).isZero();
    assertThat(files()).isEqualTo(before);
    Files.writeString(folder.resolve("model/special_tokens_map.json"), "{}");
    assertThat(run("--from-report", kept.toString())).isEqualTo(2);
    assertThat(printed()).contains("the model's file special_tokens_map.json is another");
    assertThat(run("--from-report", kept.toString(), "--force")).as(printed()).isZero();
    Files.writeString(kept, "{}");
    assertThat(run("--from-report", kept.toString())).isEqualTo(2);
    assertThat(printed()).contains("it is no report of a run");
  }

  /** As if the driver had been killed while a table's format committed. */
  @Test
  void anAppendToATableThatWasCutOffIsLookedUp() throws Exception {
    rows(6);
    Path location = folder.resolve("table");
    String job =
        job(
            "path: \"" + folder.resolve("rows.jsonl") + "\"",
            "table: answers, format: table, mode: append",
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\nresume: true\n"
                + checkpoint());
    answersTable(location);
    assertThat(resume(job)).as(printed()).isZero();
    Path record;
    try (Stream<Path> runs = Files.list(folder.resolve("checkpoint/runs"))) {
      record = runs.filter(path -> path.toString().endsWith(".json")).findFirst().orElseThrow();
    }
    String run = Files.readString(record);
    Files.writeString(record, run.replace("PUBLISHED", "PUBLISHING"));
    answersTable(location);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(printed()).contains("which was cut off, are appended");
    assertThat(count(location)).isEqualTo(6);
    // Now nothing had been committed.
    Files.writeString(record, run.replace("PUBLISHED", "PUBLISHING"));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    answersTable(empty);
    assertThat(resume(job)).as(printed()).isZero();
    assertThat(printed()).contains("was cut off before it appended its rows");
    assertThat(count(empty)).isEqualTo(6);
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(6);
    // And now a part of it, as no format with commits leaves it.
    Files.writeString(record, run.replace("PUBLISHED", "PUBLISHING"));
    session();
    Path part = folder.resolve("part");
    SparkSession.active()
        .read()
        .parquet(empty.toString())
        .limit(2)
        .write()
        .parquet(part.toString());
    answersTable(part);
    assertThat(resume(job)).isEqualTo(2);
    assertThat(printed()).contains("while it appended 6 rows to answers, which has 2 of them");
  }

  private long count(Path location) {
    session();
    return SparkSession.active().read().parquet(location.toString()).count();
  }
}
