package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Neither the output nor the report takes the place of a file that the job reads. */
class JobFilesTest extends JobTest {
  private static final String SCHEMA = "{\"type\": \"boolean\"}";

  private Path schema(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, SCHEMA);
  }

  @Test
  void anOutputThatHoldsTheSchemaIsRefused() throws IOException {
    rows(1);
    Path schema = schema(folder.resolve("out").resolve("schema.json"));
    assertThat(run(job("mode: overwrite", "guide: {json-schema: \"" + schema + "\"}")))
        .isEqualTo(2);
    assertThat(printed()).contains("guide.json-schema, file:").contains("lies in output.path");
    assertThat(schema).hasContent(SCHEMA);
  }

  @Test
  void aReportInPlaceOfTheSchemaIsRefused() throws IOException {
    rows(1);
    Path schema = schema(folder.resolve("schema.json"));
    String job = job("mode: overwrite", "guide: {json-schema: \"" + schema + "\"}");
    assertThat(run(job, "--report", schema.toString())).isEqualTo(2);
    assertThat(printed()).contains("schema.json is a file that the job reads");
    assertThat(schema).hasContent(SCHEMA);
  }

  @Test
  void aReportInPlaceOfAFileOfTheModelIsRefused() throws IOException {
    rows(1);
    Path file = Path.of(model()).resolve("config.json");
    String before = Files.readString(file);
    assertThat(run(job("mode: overwrite", ""), "--report", file.toString())).isEqualTo(2);
    assertThat(printed())
        .contains("config.json is a file that the job reads, or lies in its model");
    assertThat(file).hasContent(before);
  }

  @Test
  void aReportAmongTheInputsFilesIsRefused() throws IOException {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(input.resolve("rows.jsonl"), "{\"text\": \"a\"}\n");
    String job =
        job(
            "path: \"" + input + "\"",
            "path: \"" + folder.resolve("out") + "\"",
            "prompt: {template: \"{{ text }}\"}");
    assertThat(run(job, "--report", input.resolve("report.json").toString())).isEqualTo(2);
    assertThat(printed()).contains("report.json lies in input.path");
    assertThat(input.resolve("report.json")).doesNotExist();
  }
}
