package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Job files that are hostile, or that hold what must not be told. */
class JobFileLimitsTest {
  private static final Path CASES = Path.of("src/test/resources/job");
  private static final String GOOD = ShortJob.TEXT;

  @TempDir Path folder;

  private JobFile read(String text, String... overrides) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, text);
    return JobFileReader.read(
        new NamedFile(file.toString()),
        List.of(overrides),
        Map.of("SECRET", "hunter2-hunter2", "MANY", "200")::get);
  }

  private String problem(String text, String... overrides) throws IOException {
    try {
      read(text, overrides);
      return "";
    } catch (JobException e) {
      return e.getMessage().replace(folder + "/", "");
    }
  }

  private static String nested(String open, String close, int depth) {
    return open.repeat(depth) + close.repeat(depth);
  }

  @Test
  void aliasesThatMultiplyAreRefused() {
    assertThatThrownBy(
            () ->
                JobFileReader.read(
                    new NamedFile(CASES.resolve("aliases.yaml").toString()),
                    List.of(),
                    name -> null))
        .isInstanceOf(JobException.class)
        .hasMessageMatching(
            ".*aliases.yaml:\\d+:\\d+: a file may have 100000 values, each alias.*");
  }

  @Test
  void anAliasInsideItsOwnNodeIsRefused() throws IOException {
    assertThatThrownBy(
            () ->
                JobFileReader.read(
                    new NamedFile(CASES.resolve("recursive.yaml").toString()),
                    List.of(),
                    name -> null))
        .isInstanceOf(JobException.class)
        .hasMessageEndingWith("recursive.yaml:8:21: the alias *r stands inside the node it names");
    assertThat(problem("&a [*a]")).contains("the alias *a stands inside");
    assertThat(problem("? &k {x: *k}\n: 1")).contains("the alias *k stands inside");
  }

  @Test
  void deepNestingIsRefusedWhateverItsKind() throws IOException {
    for (String deep :
        List.of(
            nested("{a: ", "}", 3000),
            nested("[", "]", 100_000),
            nested("[{a: ", "}]", 1500),
            "- ".repeat(100_000),
            nested("? [", "] : x", 200),
            "[".repeat(100_000))) {
      assertThat(problem(GOOD + "guide: {json-schema: " + deep + "}"))
          .containsAnyOf("values may be nested 100 deep, not deeper", "not valid YAML");
    }
    String twice = "guide:\n  json-schema:\n    a: &a " + nested("[", "]", 60) + "\n    b: ";
    assertThat(problem(GOOD + twice + nested("[", "]", 45).replace("[]", "[*a]")))
        .contains("nested 100 deep");
    assertThat(problem(GOOD, "guide.json-schema=" + nested("[", "]", 3000)))
        .contains("--set guide.json-schema:1:")
        .contains("nested 100 deep");
    assertThat(problem(GOOD, "a" + ".b".repeat(50_000) + "=1")).contains("must be KEY=VALUE");
  }

  @Test
  void manyValuesAreRefusedAndAliasesWithinTheLimitsAreNot() throws IOException {
    assertThat(problem(GOOD + "guide: {choice: [" + "a,".repeat(100_001) + "]}"))
        .contains("a file may have 100000 values");
    String shared =
        "guide:\n  json-schema:\n    $defs: {a: &a {type: string}}\n    anyOf: [*a, *a, *a]\n";
    assertThat(read(GOOD + shared).settings().text(TaskSetting.GUIDE))
        .endsWith(
            "\"anyOf\":[{\"type\":\"string\"},{\"type\":\"string\"},{\"type\":\"string\"}]}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {".=1", "a..b=1", ".a=1", "a.=1", "=1", "x"})
  void anOverrideWithoutAKeyIsRefused(String override) throws IOException {
    assertThat(problem(GOOD, override)).contains("must be KEY=VALUE, as in sampling.seed=7");
  }

  @Test
  void anOverrideDoesNotChangeWhatAnAliasShares() throws IOException {
    String text = GOOD + "batch: &b {slots: 3}\nsampling: {}\n";
    assertThat(read(text, "batch.slots=4").settings().get(TaskSetting.SLOTS)).isEqualTo(4);
    String options = "input: {path: x, options: &o {a: b}}\noutput: {path: y, options: *o}\n";
    JobFile job = read(options + GOOD.substring(GOOD.indexOf("model")), "input.options.a=c");
    assertThat(job.input().options()).containsEntry("a", "c");
    assertThat(job.output().options()).containsEntry("a", "b");
  }

  @Test
  void aProblemWithAnOverrideNamesTheOverride() throws IOException {
    assertThat(problem(GOOD, "sampling.seed=x"))
        .isEqualTo(
            "--set sampling.seed: sampling.seed must be an integer of at most 64 bits, is 'x'");
  }

  @Test
  void filesThatAreNoTextAreRefusedInASentence() throws IOException {
    Path file = folder.resolve("bytes.yaml");
    Files.write(file, new byte[] {'a', ':', ' ', (byte) 0xff});
    assertThatThrownBy(
            () -> JobFileReader.read(new NamedFile(file.toString()), List.of(), name -> null))
        .hasMessage("job file " + file + " is not UTF-8");
    Files.write(file, "input: {path: \u0001}".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(
            () -> JobFileReader.read(new NamedFile(file.toString()), List.of(), name -> null))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("not valid YAML");
    assertThatThrownBy(
            () -> JobFileReader.read(new NamedFile(folder.toString()), List.of(), name -> null))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("cannot be read");
    assertThatThrownBy(
            () -> JobFileReader.read(new NamedFile("/dev/zero"), List.of(), name -> null))
        .hasMessage("job file /dev/zero is larger than 1 MiB");
  }

  @Test
  void whatJsonCannotSayIsReportedWithItsPlace() throws IOException {
    String schema =
        """
        guide:
          json-schema:
            minimum: .inf
            maximum: 1e9999
            const: %s
            enum: [1, {a: 1, a: 2}]
            ? [x]
            : y
            <<: {type: string}
        """
            .formatted("9".repeat(1001));
    assertThat(problem(GOOD + schema).lines())
        .containsExactly(
            "job.yaml:7:14: guide.json-schema has the number .inf, which JSON cannot have",
            "job.yaml:8:14: guide.json-schema has the number 1e9999, which JSON cannot have",
            "job.yaml:9:12: guide.json-schema has a number of more than 1000 characters",
            "job.yaml:10:22: guide.json-schema has the key 'a' twice",
            "job.yaml:11:7: guide.json-schema has a list or a mapping as a key, which JSON cannot"
                + " have",
            "job.yaml:13:5: guide.json-schema has the merge key <<, which YAML 1.2 does not have:"
                + " write the keys out");
  }

  @Test
  void aSchemaFileThatIsEmptyOrHasAnImpossibleNameIsReported() throws IOException {
    Path empty = folder.resolve("empty.json");
    Files.writeString(empty, "");
    assertThat(problem(GOOD + "guide: {json-schema: " + empty + "}"))
        .contains("guide.json-schema is empty: ");
    assertThat(problem(GOOD + "guide: {json-schema: \"a\\0b\"}"))
        .contains("guide.json-schema names a file that cannot be read");
  }

  @Test
  void whatAVariableHoldsIsNotTold() throws IOException {
    assertThat(
            problem(
                    GOOD
                        + """
                        sampling:
                          temperature: ${SECRET}
                          top-k: a${SECRET}
                          seed: "${MANY}x"
                          max-tokens: ${MANY}
                          min-tokens: 300
                          stop-token-ids: [1, "${SECRET}"]
                        output: {path: out, mode: "${SECRET}"}
                        guide: {json-schema: {type: integer}, type: "${SECRET}"}
                        """)
                .lines())
        .noneMatch(line -> line.contains("hunter2"))
        .contains(
            "job.yaml:6:16: sampling.temperature must be a number from 0 to 100, which '${SECRET}'"
                + " does not give",
            "job.yaml:8:9: sampling.seed must be an integer of at most 64 bits, which '${MANY}x'"
                + " does not give");
    JobFile job = read(GOOD.replace("model.gguf", "\"/models/${SECRET}\""));
    assertThat(job.withoutSecrets("model /models/hunter2-hunter2 does not exist"))
        .isEqualTo("model /models/${SECRET} does not exist");
  }
}
