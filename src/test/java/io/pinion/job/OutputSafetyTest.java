package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A job that fails leaves the earlier output, and its input, as they were. */
class OutputSafetyTest extends JobTest {
  private Path out() {
    return folder.resolve("out");
  }

  private String first() throws IOException {
    rows(3);
    assertThat(run(job("mode: overwrite", ""))).as(printed()).isZero();
    String before = contents(out());
    assertThat(before.lines()).hasSize(3);
    return before;
  }

  private void assertUntouched(String before) throws IOException {
    assertThat(contents(out())).isEqualTo(before);
    assertThat(out().resolve("_SUCCESS")).exists();
    assertThat(entries(folder)).noneMatch(name -> name.contains(".pinion-"));
  }

  @Test
  void aModelThatDoesNotExistLeavesTheEarlierOutput() throws IOException {
    String before = first();
    assertThat(run(job("mode: overwrite", ""), "--set", "model.uri=/models/misspelt.gguf"))
        .isEqualTo(1);
    assertThat(printed())
        .contains("pinion: the job failed: model /models/misspelt.gguf does not exist");
    assertUntouched(before);
  }

  @Test
  void aBrokenModelIsFoundBeforeAnyRowRuns() throws IOException {
    String before = first();
    Path broken = folder.resolve("broken.gguf");
    Files.writeString(broken, "GGUFnothing");
    assertThat(run(job("mode: overwrite", ""), "--set", "model.uri=" + broken)).isEqualTo(1);
    assertThat(printed()).contains("broken.gguf").doesNotContain("Lost task");
    assertUntouched(before);
  }

  @ParameterizedTest
  @CsvSource({
    "model.max-model-length, 100000, positions that the model was made for",
    "model.device, gpu, but Spark assigned this task no gpu",
    "output.options.compression, nonsense, nonsense",
    "guide.regex, (, guide",
  })
  void whatCanBeKnownIsKnownBeforeAnyRowRuns(String key, String value, String message)
      throws IOException {
    String before = first();
    assertThat(run(job("mode: overwrite", ""), "--set", key + "=" + value)).isNotZero();
    assertThat(printed()).contains(message);
    assertUntouched(before);
  }

  @Test
  void anInputThatFailsWhileItIsReadLeavesTheEarlierOutput() throws IOException {
    String before = first();
    Files.writeString(folder.resolve("rows.jsonl"), "{\"id\": 1, \"text\": \"a\"}\n{broken\n");
    String input =
        "path: \"" + folder.resolve("rows.jsonl") + "\", schema: \"id INT, text STRING\"";
    String strict =
        job(
            input + ", options: {mode: FAILFAST}",
            "path: " + out() + ", mode: overwrite",
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n");
    assertThat(run(strict)).isEqualTo(1);
    assertUntouched(before);
  }

  @Test
  void aRowThatFailsTheJobLeavesTheEarlierOutputAndIsNamed() throws IOException {
    String before = first();
    Files.writeString(folder.resolve("rows.jsonl"), "{\"text\": \"a\"}\n{\"text\": null}\n");
    assertThat(run(job("mode: overwrite", "on-error: fail\n"))).isEqualTo(1);
    assertThat(printed())
        .isEqualTo(
            "pinion: the job failed: row number 2 of partition 0 failed, and on-error is fail:"
                + " prompt column 'text' is null\n");
    assertUntouched(before);
  }

  @Test
  void tooManyFailedRowsLeaveTheEarlierOutputAndTheRowsAreKept() throws IOException {
    String before = first();
    Files.writeString(folder.resolve("rows.jsonl"), "{\"text\": \"a\"}\n{\"text\": null}\n");
    assertThat(run(job("mode: overwrite", "max-error-fraction: 0.1\n"))).isEqualTo(1);
    assertThat(printed()).contains("the output is as it was, and the rows are in ");
    assertUntouched(before);
    String kept =
        entries(folder).stream().filter(name -> name.startsWith("out.failed-")).findFirst().get();
    assertThat(printed()).contains(kept);
    assertThat(contents(folder.resolve(kept)).lines()).hasSize(2);
  }

  @Test
  void aJobThatFailsLeavesNoOutputThatStopsTheNext() throws IOException {
    rows(2);
    String failing = job("mode: error", "");
    assertThat(run(failing, "--set", "model.uri=/models/none.gguf")).isEqualTo(1);
    assertThat(out()).doesNotExist();
    assertThat(run(failing)).as(printed()).isZero();
    assertThat(contents(out()).lines()).hasSize(2);
    assertThat(run(failing)).isEqualTo(2);
    assertThat(printed()).contains("exists already, and output.mode is error");
    assertThat(contents(out()).lines()).hasSize(2);
  }

  @Test
  void appendingAddsRowsOnlyOnceTheJobHasSucceeded() throws IOException {
    String before = first();
    assertThat(run(job("mode: append", ""), "--set", "model.uri=/models/none.gguf")).isEqualTo(1);
    assertUntouched(before);
    assertThat(run(job("mode: append", ""))).as(printed()).isZero();
    assertThat(contents(out()).lines()).hasSize(6);
    assertThat(entries(folder)).noneMatch(name -> name.contains(".pinion-"));
  }

  @Test
  void anOverwriteReplacesAllOfTheEarlierOutput() throws IOException {
    first();
    rows(2);
    assertThat(run(job("mode: overwrite", ""))).as(printed()).isZero();
    assertThat(contents(out()).lines()).hasSize(2);
    assertThat(entries(folder)).containsExactly("job.yaml", "model", "out", "rows.jsonl");
  }

  @Test
  void anOutputThroughALinkIsReplacedWhereItPoints() throws IOException {
    rows(1);
    Path real = Files.createDirectories(folder.resolve("disk/real"));
    Files.writeString(real.resolve("part-old"), "old\n");
    Files.createSymbolicLink(out(), real);
    assertThat(run(job("mode: overwrite", ""))).as(printed()).isZero();
    assertThat(out()).isSymbolicLink();
    assertThat(contents(real).lines()).singleElement().asString().contains("row 0");
  }

  @Test
  void whereTheParentCannotBeWrittenTheOutputItselfIsUsed() throws IOException {
    Path parent = Files.createDirectories(folder.resolve("parent"));
    Path target = Files.createDirectories(parent.resolve("out"));
    Files.writeString(target.resolve("part-old"), "old\n");
    rows(2);
    Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      Assumptions.assumeFalse(Files.isWritable(parent), "this user writes everywhere");
      String there = "path: \"" + target + "\", mode: ";
      String more = "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n";
      String input = "path: \"" + folder.resolve("rows.jsonl") + "\"";
      assertThat(run(job(input, there + "overwrite", more))).as(printed()).isZero();
      assertThat(contents(target).lines()).hasSize(2);
    } finally {
      Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void aRunThatWasCutOffWhileItReplacedTheOutputIsUndone() throws IOException {
    String before = first();
    Path staging = Files.createDirectories(folder.resolve(".out.pinion-1234"));
    Files.move(out(), staging.resolve("earlier"));
    assertThat(run(job("mode: overwrite", ""), "--set", "model.uri=/models/none.gguf"))
        .isEqualTo(1);
    assertThat(printed()).contains("put the earlier output").contains("was cut off");
    assertThat(contents(out())).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "parquet", "csv"})
  void anOutputThatCannotBeWrittenIsRefused(String format) throws IOException {
    rows(1);
    Files.writeString(folder.resolve("file"), "");
    String under = "path: " + folder.resolve("file/out") + ", mode: overwrite, format: " + format;
    String text = "prompt: {template: \"{{ text }}\"}\n";
    assertThat(run(job("path: " + folder.resolve("rows.jsonl"), under, text))).isEqualTo(2);
    assertThat(printed()).contains("pinion: output.path").contains("cannot be");
    assertThat(folder.resolve("file")).isRegularFile();
  }

  @Test
  void modeIgnoreSaysThatNothingWasDone() throws IOException {
    String before = first();
    Path report = folder.resolve("report.json");
    assertThat(run(job("mode: ignore", ""), "--report", report.toString())).isZero();
    String words = "exists already, and output.mode is ignore: nothing was done";
    assertThat(printed()).contains(words);
    assertThat(Files.readString(report)).contains(words).contains("\"rows_ok\" : 0");
    assertUntouched(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"json", "parquet", "csv"})
  void anInputWithoutRowsIsToldAndGivesAnOutputWithoutRows(String format) throws IOException {
    rows(0);
    String input = "path: " + folder.resolve("rows.jsonl") + ", schema: \"text STRING\"";
    for (String partitions : List.of("0", "2")) {
      String output =
          "path: %s, mode: overwrite, format: %s, partitions: %s"
              .formatted(out(), format, partitions);
      assertThat(run(job(input, output, "prompt: {template: \"{{ text }}\"}\n")))
          .as(printed())
          .isZero();
      assertThat(printed())
          .contains("pinion: the input has no rows, so the output has none")
          .doesNotContain("cannot be shown");
      assertThat(out().resolve("_SUCCESS")).exists();
    }
  }

  @Test
  void aTemplateThatNamesNoColumnIsTold() throws IOException {
    rows(2);
    String input = "path: " + folder.resolve("rows.jsonl");
    String output = "path: " + out();
    assertThat(run(job(input, output, "prompt: {template: hello}\nsampling: {max-tokens: 3}\n")))
        .isZero();
    assertThat(printed()).contains("prompt.template names no column, so that all rows have the");
  }

  @Test
  void aSchemaThatHardlySaysWhatItsAuthorThinksIsTold() throws IOException {
    rows(1);
    String input = "path: " + folder.resolve("rows.jsonl");
    String output = "path: " + out();
    String guide =
        "guide: {json-schema: {type: string, maxlength: 3}}\nsampling: {max-tokens: 9}\n";
    assertThat(run(job(input, output, "prompt: {template: \"{{ text }}\"}\n" + guide))).isZero();
    assertThat(printed()).contains("guide.json-schema: ").contains("maxlength");
  }

  @Test
  void theInputIsNeverTheOutput() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/rows"));
    Files.writeString(data.resolve("a b%20.jsonl"), "{\"text\": \"a\"}\n");
    Path link = Files.createSymbolicLink(folder.resolve("link"), data);
    Path linked =
        Files.createSymbolicLink(folder.resolve("linked.jsonl"), data.resolve("a b%20.jsonl"));
    List<List<String>> pairs = new ArrayList<>();
    for (Path output : List.of(data, link, data.getParent(), folder.resolve("data/../data/rows"))) {
      pairs.add(List.of(data.toString(), output.toString()));
    }
    for (Path input : List.of(link, data.resolve("*.jsonl"), link.resolve("a b*"))) {
      pairs.add(List.of(input.toString(), data.toString()));
    }
    pairs.add(List.of(linked.toString(), data.toString()));
    pairs.add(List.of("file:" + data, data.toString()));
    pairs.add(List.of(data.toString(), data.resolve("out").toString()));
    pairs.add(List.of(data.toString(), link.resolve("new/out").toString()));
    pairs.add(List.of(folder.resolve("data/*").toString(), data.toString()));
    pairs.add(
        List.of(data.resolve("a b%20.jsonl").toString(), data.resolve("a b%20.jsonl").toString()));
    for (List<String> pair : pairs) {
      for (String mode :
          pairs.indexOf(pair) > 0 ? List.of("overwrite") : List.of("overwrite", "append")) {
        String job =
            job(
                "path: \"" + pair.get(0) + "\"",
                "path: \"" + pair.get(1) + "\", mode: " + mode,
                "prompt: {template: \"{{ text }}\"}\n");
        assertThat(run(job)).as(pair + printed()).isEqualTo(2);
        assertThat(printed()).as(pair.toString()).contains("choose another output.path");
        assertThat(entries(data)).containsExactly("a b%20.jsonl");
      }
    }
  }

  @Test
  void theModelTheJobFileAndTheReportAreNoPartOfTheOutput() throws IOException {
    rows(1);
    String input = "path: " + folder.resolve("rows.jsonl");
    String text = "prompt: {template: \"{{ text }}\"}\n";
    assertThat(run(job(input, "path: " + model() + ", mode: overwrite", text))).isEqualTo(2);
    assertThat(printed()).contains("model.uri, ").contains("lies in output.path");
    assertThat(folder.resolve("model/config.json")).exists();
    String out = job("mode: overwrite", "");
    for (Path report : List.of(out().resolve("report.json"), out())) {
      assertThat(run(out, "--report", report.toString())).isEqualTo(2);
      assertThat(printed()).contains("lies in output.path");
    }
    for (Path read : List.of(folder.resolve("rows.jsonl"), Path.of(out))) {
      String before = Files.readString(read);
      assertThat(run(out, "--report", read.toString())).isEqualTo(2);
      assertThat(printed()).contains("is a file that the job reads");
      assertThat(Files.readString(read)).isEqualTo(before);
    }
    assertThat(run(out, "--report", folder.toString())).isEqualTo(2);
    assertThat(printed()).contains("cannot be written: name another file");
    Files.writeString(folder.resolve("plain"), "");
    assertThat(run(out, "--report", folder.resolve("plain/r.json").toString())).isEqualTo(2);
    assertThat(printed()).contains("its folder cannot be made");
    assertThat(out()).doesNotExist();
  }

  @Test
  void parquetOfOtherTypesIsNotAppended() throws IOException {
    rows(1);
    assertThat(run(job("format: parquet", ""))).as(printed()).isZero();
    Files.writeString(folder.resolve("rows.jsonl"), "{\"id\": \"x\", \"text\": \"a\"}\n");
    assertThat(run(job("format: parquet, mode: append", ""))).isEqualTo(2);
    assertThat(printed()).contains("has a column id of type bigint, to which type string cannot");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "out[1",
        "out{a,b}",
        "out*?",
        "a b%20ü",
        "_out",
        ".out",
        "o'u\"t",
        "new/out/",
        "./x/../out"
      })
  void anOutputOfAnyNameIsWrittenReplacedAndShown(String name) throws IOException {
    rows(2);
    String quoted = (folder + "/" + name).replace("'", "''");
    String text = "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 3}\n";
    for (int partitions : new int[] {0, 1}) {
      String output = "path: '%s', mode: overwrite, partitions: %d".formatted(quoted, partitions);
      assertThat(run(job("path: " + folder.resolve("rows.jsonl"), output, text)))
          .as(printed())
          .isZero();
      assertThat(printed()).contains("rows         2 ok").doesNotContain("cannot be shown");
      assertThat(contents(folder.resolve(name).normalize()).lines()).hasSize(2);
    }
    String append = "path: '%s', mode: append".formatted(quoted);
    assertThat(run(job("path: " + folder.resolve("rows.jsonl"), append, text))).isZero();
    assertThat(contents(folder.resolve(name).normalize()).lines()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path: /, mode: overwrite | the root of a file system cannot be an output",
        "path: 'out:1', mode: overwrite | output.path out:1: ",
        "path: s4://bucket/out | output.path s4://bucket/out: ",
        "path: out, mode: overwrite, options: {path: other} | output.path out cannot be written",
        "path: out, partitions: 2000000000 | must be an integer from 0 to 100000",
      })
  void anImpossibleOutputIsRefusedInASentence(String output, String message) throws IOException {
    rows(1);
    String text = "prompt: {template: \"{{ text }}\"}\n";
    assertThat(run(job("path: " + folder.resolve("rows.jsonl"), output, text))).isEqualTo(2);
    assertThat(printed()).contains(message).doesNotContain("\tat ");
  }

  @Test
  void nothingIsAppendedToAFileOrToOtherColumns() throws IOException {
    rows(1);
    Files.writeString(out(), "precious");
    assertThat(run(job("mode: append", ""))).isEqualTo(2);
    assertThat(printed()).contains("is a file, to which nothing can be appended");
    assertThat(Files.readString(out())).isEqualTo("precious");
    Files.delete(out());
    String csv = "format: csv, options: {header: true}, mode: append";
    assertThat(run(job(csv, ""))).as(printed()).isZero();
    assertThat(run(job(csv, ""))).as(printed()).isZero();
    Files.writeString(folder.resolve("rows.jsonl"), "{\"key\": 1, \"text\": \"a\"}\n");
    assertThat(run(job(csv, ""))).isEqualTo(2);
    assertThat(printed())
        .contains("has the columns id, text, ")
        .contains("to append have the columns key");
    Files.writeString(folder.resolve("rows.jsonl"), "{\"text\": \"a\"}\n");
    assertThat(run(job("format: csv, mode: append", ""))).isEqualTo(2);
    assertThat(printed()).contains("has 8 columns, and the rows to append have 7 columns");
  }

  @Test
  void aReportThatCannotBeWrittenAtTheEndDoesNotCostTheRows() throws IOException {
    Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")), "there is no /dev/full");
    rows(2);
    assertThat(run(job("mode: overwrite", ""), "--report", "/dev/full")).isEqualTo(1);
    assertThat(printed()).contains("the rows are written, but the report cannot be: ");
    assertThat(contents(out()).lines()).hasSize(2);
  }
}
