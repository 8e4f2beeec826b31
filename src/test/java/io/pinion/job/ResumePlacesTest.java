package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Checkpoints, caches and outputs of jobs that go on, where they and others' files are. */
class ResumePlacesTest extends JobTest {
  private int resume(String output, String more) throws IOException {
    return run(job(output, more), "--report", folder.resolve("report.json").toString());
  }

  private String checkpoint(String name) {
    return "resume: true\ncheckpoint: \"" + folder.resolve(name) + "\"\n";
  }

  private String cache(String name) {
    return "cache: {path: \"" + folder.resolve(name) + "\"}\n";
  }

  private long appended() throws IOException {
    return contents(folder.resolve("out")).lines().count();
  }

  @Test
  void aFoldersNameIsNoPattern() throws Exception {
    rows(4);
    assertThat(resume("mode: append", checkpoint("c[1]{a,b}*"))).as(printed()).isZero();
    rows(5);
    assertThat(resume("mode: append", checkpoint("c[1]{a,b}*"))).as(printed()).isZero();
    assertThat(appended()).isEqualTo(5);
    assertThat(resume("mode: overwrite", cache("k[1]"))).as(printed()).isZero();
    assertThat(resume("mode: overwrite", cache("k[1]"))).as(printed()).isZero();
    assertThat(report().path("cached_rows").asInt()).isEqualTo(5);
  }

  @Test
  void aCheckpointAndACacheAreApart() throws Exception {
    rows(2);
    for (String[] places : new String[][] {{"c", "c"}, {"c", "c/answers"}, {"c/x", "c"}}) {
      assertThat(resume("mode: overwrite", checkpoint(places[0]) + cache(places[1]))).isEqualTo(2);
      assertThat(printed())
          .contains("checkpoint ")
          .contains("cache.path ")
          .contains("in each other");
    }
  }

  @Test
  void nothingIsKeptInATablesFolder() throws Exception {
    rows(2);
    for (String place : new String[] {checkpoint("table/c"), cache("table")}) {
      answersTable(folder.resolve("table"));
      String job =
          job(
              "path: \"" + folder.resolve("rows.jsonl") + "\"",
              "format: table, table: answers, mode: append",
              "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 2}\n" + place);
      assertThat(run(job)).isEqualTo(2);
      assertThat(printed()).contains(" lies in the folder of output.table answers, ");
    }
    assertThat(run(inputTable(checkpoint("texts/c")))).isEqualTo(2);
    assertThat(printed()).contains(" lies in the folder of input.table texts, ");
    assertThat(run(inputTable(""), "--report", folder.resolve("texts/r.json").toString()))
        .isEqualTo(2);
    assertThat(printed()).contains("--report ").contains(" lies in the folder of input.table ");
  }

  /** A job that reads a table. */
  private String inputTable(String more) throws IOException {
    session();
    String location = folder.resolve("texts").toString();
    SparkSession.active()
        .sql(
            "CREATE TABLE texts (id BIGINT, text STRING) USING parquet LOCATION '"
                + location
                + "'");
    return job(
        "format: table, table: texts",
        "path: \"" + folder.resolve("out") + "\"",
        "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 2}\n" + more);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefusedBeforeTheFirstRow() throws Exception {
    rows(2);
    Files.writeString(folder.resolve("file"), "");
    for (String place : new String[] {"file", "file/c"}) {
      assertThat(resume("mode: overwrite", cache(place))).isEqualTo(2);
      assertThat(printed()).contains("cache.path ").contains(" cannot be written: ");
      assertThat(resume("mode: overwrite", checkpoint(place))).isEqualTo(2);
      assertThat(printed()).contains("checkpoint ");
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aManifestOfSomethingElseIsLeftAlone() throws Exception {
    rows(2);
    Path manifest = Files.createDirectories(folder.resolve("mine")).resolve("manifest.json");
    for (String other : new String[] {"{\"name\": \"an extension\"}", "[1]", ""}) {
      Files.writeString(manifest, other);
      assertThat(resume("mode: overwrite", checkpoint("mine"))).isEqualTo(2);
      assertThat(printed()).contains("is no checkpoint: name another folder");
      assertThat(manifest).hasContent(other);
    }
  }

  @Test
  void anOutputWithRowsOfOthersIsNotReplaced() throws Exception {
    rows(3);
    Path others = Files.createDirectories(folder.resolve("out")).resolve("part-others.json");
    Files.writeString(others, "{\"id\": 99}\n");
    assertThat(resume("mode: append", checkpoint("c"))).as(printed()).isZero();
    assertThat(resume("mode: error", checkpoint("c"))).isEqualTo(2);
    assertThat(printed()).contains("exists already, and output.mode is error");
    assertThat(others).exists();
    Files.move(folder.resolve("out"), folder.resolve("elsewhere"));
    assertThat(resume("mode: error", checkpoint("c"))).as(printed()).isZero();
    assertThat(resume("mode: error", checkpoint("c"))).as(printed()).isZero();
    Files.writeString(others, "{\"id\": 99}\n");
    assertThat(resume("mode: error", checkpoint("c"))).isEqualTo(2);
    assertThat(others).exists();
  }

  @Test
  void appendedRowsAreKnownWhateverSparkTakesTheirColumnsFor() throws Exception {
    Path input = folder.resolve("rows.jsonl");
    Files.writeString(input, "{\"id\": null, \"n\": 1, \"text\": \"a\"}\n");
    String job =
        job(
            "path: \"" + input + "\", id-column: id",
            "path: \"" + folder.resolve("out") + "\", mode: append",
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n" + checkpoint("c"));
    assertThat(run(job)).as(printed()).isZero();
    Files.writeString(
        input,
        "{\"id\": null, \"n\": 1.5, \"text\": \"b\"}\n{\"id\": 7, \"n\": 2, \"text\": \"c\"}\n",
        StandardOpenOption.APPEND);
    assertThat(run(job)).as(printed()).isZero();
    assertThat(appended()).isEqualTo(3);
    assertThat(run(job)).as(printed()).isZero();
    assertThat(appended()).isEqualTo(3);
  }

  @Test
  void rowsAreAppendedAgainToAnOutputThatWasDeleted() throws Exception {
    rows(3);
    assertThat(resume("mode: append", checkpoint("c"))).as(printed()).isZero();
    Files.move(folder.resolve("out"), folder.resolve("elsewhere"));
    assertThat(resume("mode: append", checkpoint("c"))).as(printed()).isZero();
    assertThat(appended()).isEqualTo(3);
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(3);
    assertThat(resume("mode: append", checkpoint("c"))).as(printed()).isZero();
    assertThat(appended()).isEqualTo(3);
  }

  @Test
  void rowsOfWhichNotAllAreKnownAreNotAppendedAgain() throws Exception {
    rows(6);
    String job = job("mode: append", checkpoint("c"));
    assertThat(run(job, "--set", "input.partitions=3")).as(printed()).isZero();
    Path appended = folder.resolve("c/appended");
    Path run = appended.resolve(entries(appended).get(0));
    Path one =
        run.resolve(entries(run).stream().filter(n -> n.startsWith("part-")).findAny().get());
    Files.delete(one);
    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).contains(" of the 6 rows that run ").contains("appended are gone");
    for (String each : run.toFile().list()) {
      Files.delete(run.resolve(each));
    }
    Files.delete(run);
    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).contains("knows 0 of the 6 rows");
    assertThat(appended()).isEqualTo(6);
  }

  @Test
  void nothingIsAppendedToAnOutputWhoseRowsAreNotKnown() throws Exception {
    rows(3);
    assertThat(resume("mode: append", checkpoint("c"))).as(printed()).isZero();
    rows(2);
    assertThat(resume("mode: overwrite", checkpoint("c"))).as(printed()).isZero();
    rows(3);
    assertThat(resume("mode: append", checkpoint("c"))).isEqualTo(2);
    assertThat(printed()).contains("wrote the output with mode overwrite").contains("name another");
    assertThat(appended()).isEqualTo(2);
  }

  @Test
  void aRowThatStopsTheJobIsNotFinished() throws Exception {
    rows(2);
    Files.writeString(
        folder.resolve("rows.jsonl"),
        "{\"id\": 9, \"text\": \"%s\"}\n".formatted("long ".repeat(500)),
        StandardOpenOption.APPEND);
    assertThat(resume("mode: overwrite", "on-error: fail\n" + checkpoint("c"))).isEqualTo(1);
    assertThat(resume("mode: overwrite", checkpoint("c"))).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(2);
    assertThat(resume("mode: overwrite", checkpoint("c"))).as(printed()).isZero();
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(3);
    assertThat(resume("mode: error", "on-error: fail\n" + checkpoint("c"))).isEqualTo(1);
    assertThat(printed()).contains("on-error is fail");
  }

  @Test
  void columnsWithPinionsNamesAreRefused() throws Exception {
    Files.writeString(
        folder.resolve("rows.jsonl"),
        "{\"_pinion_row\": 1, \"_Pinion_key\": 2, \"text\": \"a\"}\n");
    assertThat(resume("mode: overwrite", "")).isEqualTo(2);
    assertThat(printed())
        .contains("column _pinion_row: names that begin with _pinion_ are Pinion's own")
        .contains("column _Pinion_key");
  }

  private int append(Path table, String checkpoint) throws IOException {
    answersTable(table);
    return run(
        job(
            "path: \"" + folder.resolve("rows.jsonl") + "\", id-column: id",
            "table: answers, format: table, mode: append",
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n"
                + checkpoint(checkpoint)));
  }

  /** As if the driver had been killed before the table's commit. */
  @Test
  void rowsOfAnotherJobInATableAreNotThoseOfARunThatWasCutOff() throws Exception {
    rows(6);
    Path shared = folder.resolve("shared");
    assertThat(append(shared, "first")).as(printed()).isZero();
    assertThat(append(folder.resolve("own"), "second")).as(printed()).isZero();
    Path record;
    try (Stream<Path> runs = Files.list(folder.resolve("second/runs"))) {
      record = runs.filter(path -> path.toString().endsWith(".json")).findFirst().orElseThrow();
    }
    String run = Files.readString(record);
    Files.writeString(record, run.replace("PUBLISHED", "PUBLISHING"));
    JsonNode cutOff = new ObjectMapper().readTree(run);
    session();
    SparkSession.active()
        .read()
        .parquet(folder.resolve("second/appended/" + cutOff.path("id").asText()).toString())
        .selectExpr("_pinion_row", "'another text' AS generated_text")
        .write()
        .parquet(cutOff.path("staging").asText() + "/rows");
    assertThat(append(shared, "second")).as(printed()).isZero();
    assertThat(printed()).contains("was cut off before it appended its rows");
    session();
    assertThat(SparkSession.active().read().parquet(shared.toString()).count()).isEqualTo(12);
  }
}
