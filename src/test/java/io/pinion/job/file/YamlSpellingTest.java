package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.SamplingParameter;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What YAML writes in several ways, and what it cannot be. */
class YamlSpellingTest {
  private static final String GOOD =
      """
      input: {path: in.jsonl}
      output: {path: out}
      model: {uri: model.gguf}
      prompt: {template: "{{ text }}"}
      """;

  @TempDir Path folder;

  private JobFile read(String more) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, GOOD + more);
    return JobFileReader.read(new NamedFile(file.toString()), List.of(), name -> null);
  }

  @Test
  void aNullInAnySpellingCountsAsMissing() throws IOException {
    JobFile job =
        read(
            "sampling: {temperature: ~, top-p: Null, top-k: NULL, max-tokens: null}\nguide: ~\nbatch:\n");
    assertThat(job.settings().get(SamplingParameter.TEMPERATURE))
        .isEqualTo(SamplingParameter.TEMPERATURE.defaultValue());
    assertThat(job.settings().get(SamplingParameter.TOP_P))
        .isEqualTo(SamplingParameter.TOP_P.defaultValue());
    assertThat(job.settings().text(TaskSetting.GUIDE)).isNull();
  }

  @Test
  void aNullInASchemaIsANullAndInQuotesAText() throws IOException {
    assertThat(read("guide: {json-schema: {enum: [~, '~']}}\n").settings().text(TaskSetting.GUIDE))
        .contains("[null,\"~\"]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x: &a {max-tokens: 3}#sampling: {<<: *a} | 6:12: sampling.<< has the merge key <<, which
          sampling: {stop: ['\0']}                 | job.yaml is not valid YAML: the character U+0000, number
          sampling: {max-tokens: ${N}}             | put quotes around ${NAME}
          """)
  void whatIsNotYamlIsRefusedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> read(text.replace('#', '\n') + "\n"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("job.yaml")
        .hasMessageContaining(message);
  }
}
