package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

class PinionTest extends JobTest {
  private String plain(String input, String template, String model) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(
        file,
        """
        input: {path: "%s"}
        output: {path: "%s", mode: overwrite}
        model: {uri: "%s"}
        prompt: {template: "%s"}
        """
            .formatted(folder.resolve(input), folder.resolve("out"), model, template));
    return file.toString();
  }

  private void rows() throws IOException {
    Files.writeString(folder.resolve("rows.jsonl"), "{\"id\":1,\"text\":\"hello\"}\n");
  }

  @Test
  void aMissingInputIsAProblemOfTheJobAndNamed() throws IOException {
    assertThat(run(plain("nowhere.jsonl", "{{ text }}", "m.gguf"))).isEqualTo(2);
    assertThat(printed())
        .contains("pinion: input:")
        .contains("nowhere.jsonl")
        .doesNotContain("\tat ");
  }

  @Test
  void anUnknownColumnIsNamedWithThoseThereAre() throws IOException {
    rows();
    assertThat(run(plain("rows.jsonl", "{{ body }}", "m.gguf"))).isEqualTo(2);
    assertThat(printed())
        .contains("pinion: prompt.template: there is no column 'body'; there are id, text");
  }

  @Test
  void aMissingModelFailsTheJobWithOneMessageAndWritesNoStackTrace() throws IOException {
    rows();
    assertThat(run(plain("rows.jsonl", "{{ text }}", folder.resolve("no.gguf").toString())))
        .isEqualTo(1);
    assertThat(printed())
        .contains("pinion: the job failed: model " + folder.resolve("no.gguf") + " does not exist")
        .doesNotContain("\tat ");
  }

  private String failing(int rows, String more) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      String text = i % 2 == 0 ? "null" : "\"row " + i + "\"";
      lines.append("{\"id\": ").append(i).append(", \"text\": ").append(text).append("}\n");
    }
    Files.writeString(folder.resolve("rows.jsonl"), lines);
    String model = TinyModelDirectory.write(folder.resolve("model"), 3).toString();
    Path job = Path.of(plain("rows.jsonl", "{{ text }}", model));
    Files.writeString(job, Files.readString(job) + more);
    return job.toString();
  }

  @Test
  void tooManyFailedRowsStopTheJobWhileItRuns() throws IOException {
    String job = failing(400, "max-error-fraction: 0.2\n");
    assertThat(run(job, "--set", "input.partitions=40")).isEqualTo(1);
    assertThat(printed())
        .containsPattern(
            "pinion: \\d+ of [123]\\d\\d rows failed, more than max-error-fraction 0.2 allows. The"
                + " job was stopped and wrote nothing")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("out").resolve("_SUCCESS")).doesNotExist();
  }

  @Test
  void tooManyFailedRowsOfASmallJobAreToldAtItsEnd() throws IOException {
    String job = failing(20, "max-error-fraction: 0.2\nsampling: {max-tokens: 4}\n");
    Path report = folder.resolve("reports/report.json");
    assertThat(run(job, "--report", report.toString())).isEqualTo(1);
    assertThat(printed())
        .contains("rows         10 ok, 10 failed")
        .contains("  10 failed: prompt column 'text' is null")
        .contains(
            "pinion: 10 of 20 rows failed, more than max-error-fraction 0.2 allows; the output")
        .contains("and the rows are in ");
    assertThat(Files.readString(report)).contains("\"prompt column 'text' is null\" : 10");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void failedRowsWithinTheLimitAreNoFailure() throws IOException {
    assertThat(run(failing(20, "max-error-fraction: 0.5\nsampling: {max-tokens: 4}\n"))).isZero();
    assertThat(printed())
        .containsPattern("\\| *id *\\| *text *\\| *generated_text *\\| *finish_reason *\\|");
  }

  @Test
  void theFieldsOfParsedJsonAreShownAsColumnsInTheSchemasOrder() throws IOException {
    rows();
    String model = TinyModelDirectory.write(folder.resolve("model"), 3).toString();
    Path job = Path.of(plain("rows.jsonl", "{{ text }}", model));
    Files.writeString(
        job,
        """
        guide:
          json-schema:
            type: object
            properties: {size: {enum: [small]}, count: {enum: [7]}}
            required: [size, count]
            additionalProperties: false
        """,
        StandardOpenOption.APPEND);
    assertThat(run(job.toString())).isZero();
    assertThat(printed())
        .containsPattern("\\| *id *\\| *text *\\| *size *\\| *count *\\| *finish_reason *\\|")
        .containsPattern("\\| *1 *\\| *hello *\\| *small *\\| *7 *\\| *stop *\\|");
  }

  @Test
  void theErrorsOfFailedRowsAreShown() throws IOException {
    assertThat(run(failing(4, "sampling: {max-tokens: 4}\n"))).isZero();
    assertThat(printed())
        .containsPattern("\\| *finish_reason *\\| *error *\\|")
        .contains("prompt column 'text' is null}");
  }

  @Test
  void rowsThatShareAResultAreCountedInTheReport() throws IOException {
    String job = failing(20, "sampling: {max-tokens: 4, temperature: 1}\n");
    String lines = Files.readString(folder.resolve("rows.jsonl"));
    Files.writeString(folder.resolve("rows.jsonl"), lines + lines);
    Path report = folder.resolve("report.json");
    assertThat(run(job, "--set", "batch.deduplicate=true", "--report", report.toString())).isZero();
    assertThat(printed())
        .contains("rows         20 ok, 20 failed")
        .contains("deduplicated 10 rows took the result of an equal row");
    assertThat(Files.readString(report))
        .contains("\"deduplicated_rows\" : 10")
        .contains("\"model_loads\" : 1")
        .contains("\"model_releases\" : 0");
  }

  @Test
  void anUnknownArgumentIsRefusedWithTheUsage() {
    assertThat(run("job.yaml", "--fast")).isEqualTo(2);
    assertThat(printed())
        .contains("unknown argument --fast")
        .contains("usage: pinion.jar (JOB.yaml | --from-report FILE)");
    assertThat(run("job.yaml", "--report")).isEqualTo(2);
    assertThat(printed()).contains("--report needs a value");
    assertThat(run()).isEqualTo(2);
    assertThat(printed()).contains("no job file is named");
  }
}
