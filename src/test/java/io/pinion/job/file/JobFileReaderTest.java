package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.engine.ModelOptions;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.setting.SettingValues;
import io.pinion.spark.column.OutputNames;
import io.pinion.spark.task.SamplingColumn;
import io.pinion.spark.task.TaskOptions;
import io.pinion.spark.task.TaskOptions.GuideSource;
import io.pinion.spark.task.TaskOptions.PromptSource;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFileReaderTest {
  private static final String GOOD = ShortJob.TEXT;

  @TempDir Path folder;

  private JobFile read(String text, String... overrides) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, text);
    return JobFileReader.read(
        new NamedFile(file.toString()), List.of(overrides), Map.of("HOME_OF", "/models")::get);
  }

  private List<String> problems(String text, String... overrides) throws IOException {
    try {
      read(text, overrides);
      return List.of();
    } catch (JobException e) {
      return e.getMessage().lines().map(line -> line.replace(folder + "/", "")).toList();
    }
  }

  @Test
  void aShortFileHasTheDocumentedDefaults() throws IOException {
    JobFile job = read(GOOD);
    assertThat(job.input().format()).isEqualTo("json");
    assertThat(job.input().paths()).containsExactly("in.jsonl");
    assertThat(job.output().mode()).isEqualTo("error");
    assertThat(job.maxErrorFraction()).isEqualTo(1);
    assertThat(job.settings().given())
        .isEqualTo(
            Map.of(
                TaskSetting.URI,
                "model.gguf",
                TaskSetting.PROMPT_TEMPLATE,
                "{{ text }}",
                TaskSetting.SAMPLING_COLUMNS,
                List.of()));
    assertThat(TaskOptions.of(job.settings()))
        .isEqualTo(
            new TaskOptions(
                new ModelOptions("model.gguf", "", "auto", 0, 0, false, true, 0),
                "auto",
                new PromptSource(null, null, "{{ text }}", null),
                null,
                SamplingParameters.DEFAULTS,
                List.of(),
                new GuideSource(null, null, null, JsonOptions.DEFAULT, true),
                false,
                4,
                false));
  }

  @Test
  void everyKeyIsRead() throws IOException {
    JobFile job =
        read(
            """
            input:
              format: csv
              path: [a.csv, b.csv]
              schema: id INT, text STRING
              id-column: id
              options: {header: true, sep: ";"}
              limit: 10
              partitions: 4
            output:
              format: table
              table: answers
              mode: append
              partitions: 2
              options: {compression: zstd}
              include: [token_ids]
            model:
              uri: ${HOME_OF}/m.gguf
              dtype: bf16
              max-model-length: 512
              revision: main
              device: cpu
              threads: 3
            prompt:
              template: "Say {{ a }}"
              system: Be short.
            sampling:
              temperature: 0.7
              top-p: 0.9
              top-k: 40
              min-p: 0.1
              repetition-penalty: 1.1
              presence-penalty: 0.2
              frequency-penalty: 0.3
              max-tokens: {from-column: limit}
              min-tokens: 2
              stop: ["\\n", END]
              stop-token-ids: [2, 7]
              seed: 42
              n: 3
              beam-width: 0
              logprobs: true
              ignore-eos: true
            guide:
              regex: a+
              property-order: any
              white-space: 1
              close-at-max-tokens: false
              parsed-column: json
            on-error: fail
            max-error-fraction: 0.25
            batch: {slots: 8, look-ahead: 3, plain: true, speculate: false, deduplicate: true}
            """);
    assertThat(job.input())
        .isEqualTo(
            new JobFile.Input(
                "csv",
                List.of("a.csv", "b.csv"),
                null,
                "id INT, text STRING",
                Map.of("header", "true", "sep", ";"),
                10,
                4));
    assertThat(job.output())
        .isEqualTo(
            new JobFile.Output(
                "table",
                null,
                "answers",
                "append",
                Map.of("compression", "zstd"),
                2,
                OutputNames.PLAIN,
                List.of(),
                List.of()));
    assertThat(job.maxErrorFraction()).isEqualTo(0.25);
    SettingValues settings = job.settings();
    assertThat(settings.get(TaskSetting.INCLUDE)).isEqualTo(List.of("token_ids", "logprobs"));
    assertThat(settings.get(TaskSetting.PARSED_COLUMN)).isEqualTo("json");
    assertThat(TaskOptions.of(settings))
        .isEqualTo(
            new TaskOptions(
                new ModelOptions("/models/m.gguf", "main", "bf16", 512, 8, true, false, 3),
                "cpu",
                new PromptSource(null, null, "Say {{ a }}", "Be short."),
                "id",
                new SamplingParameters(
                    0.7,
                    0.9,
                    40,
                    0.1,
                    1.1,
                    0.2,
                    0.3,
                    256,
                    2,
                    List.of("\n", "END"),
                    List.of(2, 7),
                    42,
                    3,
                    0,
                    true),
                List.of(new SamplingColumn(SamplingParameter.MAX_TOKENS, "limit")),
                new GuideSource(
                    GuideRequest.parse("{\"regex\": \"a+\"}", new JsonOptions(true, 1)),
                    null,
                    null,
                    new JsonOptions(true, 1),
                    false),
                true,
                3,
                true));
  }

  @Test
  void everyProblemIsReportedAtOnceWithItsPlace() throws IOException {
    assertThat(
            problems(
                """
                input: {path: in.jsonl}
                output: {path: out, mode: replace}
                model: {dtype: int4}
                prompt: {}
                sampling:
                  temprature: 1
                  top-p: 1.5
                  max-tokens: many
                  n: 0
                on-error: ignore
                batch: {slots: 0, look-ahead: two, deduplicate: twice}
                """))
        .containsExactly(
            "job.yaml:2:27: output.mode must be one of error, overwrite, append, ignore, is 'replace'",
            "job.yaml: model.uri is missing",
            "job.yaml:3:16: model.dtype must be one of auto, f32, bf16, f16, int8, is 'int4'",
            "job.yaml: prompt needs exactly one of messages-column and template",
            "job.yaml:7:10: sampling.top-p must be a number above 0 and at most 1, is 1.5",
            "job.yaml:8:15: sampling.max-tokens must be an integer, 1 or more, is 'many'",
            "job.yaml:9:6: sampling.n must be an integer from 1 to 1024, is 0",
            "job.yaml:6:3: sampling.temprature is unknown; did you mean temperature?",
            "job.yaml:10:11: on-error must be one of keep, fail, is 'ignore'",
            "job.yaml:11:16: batch.slots must be an integer from 1 to 65536, is 0",
            "job.yaml:11:31: batch.look-ahead must be an integer from 1 to 1024, is 'two'",
            "job.yaml:11:49: batch.deduplicate must be true or false, is 'twice'");
  }

  @Test
  void valuesOfTheWrongShapeAreReportedInTheWordsOfTheirSetting() throws IOException {
    assertThat(
            problems(
                GOOD
                    + """
                    output: {path: out, include: [logprobs, scores]}
                    sampling:
                      temperature: .inf
                      top-k: 5000000000
                      repetition-penalty: 1e-40
                      stop: [a, [b]]
                      stop-token-ids: [1, x]
                      seed: 1.5
                      n: {from-column: many}
                      ignore-eos: yes
                    """))
        .containsExactly(
            "job.yaml:5:1: output is given twice",
            "job.yaml:5:30: output.include must be a list with any of token_ids, logprobs, has"
                + " 'scores'",
            "job.yaml:7:16: sampling.temperature must be a number from 0 to 100, is '.inf'",
            "job.yaml:8:10: sampling.top-k must be an integer, 0 or more, is '5000000000', which is"
                + " above 2147483647",
            "job.yaml:9:23: sampling.repetition-penalty must be a number from 0.01 to 100, is"
                + " 1.0E-40",
            "job.yaml:10:9: sampling.stop must be a list of non-empty strings, has a list",
            "job.yaml:11:19: sampling.stop-token-ids must be a list of integers, 0 or more, has"
                + " 'x'",
            "job.yaml:12:9: sampling.seed must be an integer of at most 64 bits, is '1.5'",
            "job.yaml:13:6: sampling.n must be an integer from 1 to 1024, is a mapping",
            "job.yaml:14:15: sampling.ignore-eos must be true or false, is 'yes'");
  }

  @Test
  void settingsThatDoNotGoTogetherAreReportedOnceEachIsAllowed() throws IOException {
    assertThat(problems(GOOD + "sampling: {n: 100, min-tokens: 300}\n"))
        .containsExactly(
            "job.yaml: sampling.min-tokens must be at most sampling.max-tokens, 256, is 300",
            "job.yaml: sampling.n must be at most batch.slots, 64, is 100");
    String own = "sampling: {min-tokens: 300, max-tokens: {from-column: limit}}\n";
    assertThat(problems(GOOD + own)).isEmpty();
  }

  @Test
  void anUnknownKeyFarFromAllOthersGetsTheListOfThem() throws IOException {
    assertThat(problems(GOOD + "batch: {quantum: 1}\n"))
        .containsExactly(
            "job.yaml:5:9: batch.quantum is unknown; known keys are slots, look-ahead, plain,"
                + " speculate, deduplicate");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() throws IOException {
    assertThat(problems(GOOD + "on-error: keep\non-error: fail\n"))
        .containsExactly("job.yaml:6:1: on-error is given twice");
  }

  @Test
  void aSectionThatIsNoMappingIsRefused() throws IOException {
    assertThat(problems(GOOD + "batch: 12\n"))
        .containsExactly("job.yaml:5:8: batch must be a mapping (key: value)");
  }

  @Test
  void brokenYamlIsRefusedWithItsPlace() throws IOException {
    assertThatThrownBy(() -> read("input: [a\noutput: b"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("not valid YAML")
        .hasMessageContaining("line 2");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(
            () ->
                JobFileReader.read(
                    new NamedFile(folder.resolve("no.yaml").toString()), List.of(), name -> null))
        .isInstanceOf(JobException.class)
        .hasMessage("job file " + folder.resolve("no.yaml") + " does not exist");
  }

  @Test
  void overridesReplaceAndAddKeysAndAreCheckedToo() throws IOException {
    JobFile job = read(GOOD, "sampling.seed=7", "model.uri=other.gguf", "input.path=[x, y]");
    assertThat(job.settings().get(SamplingParameter.SEED)).isEqualTo(7L);
    assertThat(job.settings().get(TaskSetting.URI)).isEqualTo("other.gguf");
    assertThat(job.input().paths()).containsExactly("x", "y");
    assertThat(problems(GOOD, "sampling.sed=7"))
        .containsExactly("job.yaml: sampling.sed is unknown; did you mean seed?");
    assertThat(problems(GOOD, "seed")).first().asString().contains("must be KEY=VALUE");
  }

  @Test
  void variablesAreExpandedInTextsAndNeverReadAsYaml() throws IOException {
    String text = GOOD.replace("model.gguf", "\"${HOME_OF}/${NAME:-default}.gguf\"");
    assertThat(read(text).settings().get(TaskSetting.URI)).isEqualTo("/models/default.gguf");
    String literal = GOOD.replace("{{ text }}", "$${x} {{ text }}");
    assertThat(read(literal).settings().get(TaskSetting.PROMPT_TEMPLATE))
        .isEqualTo("${x} {{ text }}");
    assertThat(problems(GOOD.replace("model.gguf", "\"${NOWHERE}\"")))
        .containsExactly(
            "job.yaml:3:14: model.uri names the environment variable NOWHERE, which is not set:"
                + " set it, or write ${NOWHERE:-DEFAULT}");
  }

  @Test
  void aSystemMessageBesideAColumnOfMessagesIsRefused() throws IOException {
    String text = GOOD.replace("template: \"{{ text }}\"", "messages-column: m, system: s");
    assertThat(problems(text))
        .containsExactly(
            "job.yaml:4:38: prompt.system needs template; put a system message into the"
                + " messages");
  }

  @Test
  void theDistanceCountsLettersToChange() {
    assertThat(YamlSection.distance("kitten", "sitting")).isEqualTo(3);
    assertThat(YamlSection.distance("", "abc")).isEqualTo(3);
    assertThat(YamlSection.distance("same", "same")).isZero();
  }
}
