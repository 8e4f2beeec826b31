package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an input is told by the names that its job file and its folder have. */
class RefusedInputTest extends JobTest {
  private static final String PROMPT = "prompt: {template: \"{{ text }}\"}\n";

  private String jobOf(Path input, String more) throws IOException {
    return job(
        "path: \"%s\", %s".formatted(input, more),
        "path: \"" + folder.resolve("out") + "\"",
        PROMPT + "sampling: {max-tokens: 2}");
  }

  @Test
  void aFileThatIsCutOffIsNamed() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(packed)) {
      stream.write("{\"text\": \"a\"}\n".repeat(5000).getBytes(StandardCharsets.UTF_8));
    }
    Path file = folder.resolve("rows.jsonl.gz");
    Files.write(file, Arrays.copyOf(packed.toByteArray(), 60));
    assertThat(run(jobOf(file, "schema: \"text STRING\""))).isEqualTo(1);
    assertThat(printed()).contains("rows.jsonl.gz cannot be read: ");
  }

  @Test
  void aFooterThatIsDamagedIsNamed() throws IOException {
    Path file = folder.resolve("rows.parquet");
    Files.writeString(file, "PAR1garbagegarbagePAR1");
    assertThat(run(jobOf(file, "format: parquet"))).isNotZero();
    assertThat(printed()).contains("rows.parquet");
  }

  @Test
  void aFileWithoutRowsHasNoColumnsAndSaysSo() throws IOException {
    rows(0);
    assertThat(run(job("mode: overwrite", ""))).isEqualTo(2);
    assertThat(printed()).contains("prompt.template: there is no column 'text'; there are none");
    assertThat(printed()).contains("input.schema");
  }

  @ParameterizedTest
  @CsvSource({
    "json, PK no lines of JSON, since no line could be read as JSON",
    "csv, 'id,text', 'set input.options {header: true}'"
  })
  void columnsThatHardlyMeanWhatTheyShouldAreExplained(String format, String text, String message)
      throws IOException {
    Path file = folder.resolve("rows");
    Files.writeString(file, text + "\n");
    assertThat(run(jobOf(file, "format: " + format))).isEqualTo(2);
    assertThat(printed()).contains(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          sampling.temperature={from-column: text} ~ sampling temperature in column 'text' must be
          sampling.top-k={from-column: x}          ~ sampling top-k: there is no column 'x'
          model.threads=10000                      ~ --set model.threads: model.threads must be an integer from 0 to 1024
          input.id-column=x                        ~ input.id-column: there is no column 'x'
          guide.from-column=id                     ~ guide.from-column 'id' must have type string
          prompt.template="{{ x }}"                ~ prompt.template: there is no column 'x'
          """)
  void settingsAreNamedByTheirKeys(String setting, String message) throws IOException {
    rows(1);
    assertThat(run(job("mode: overwrite", ""), "--set", setting)).isEqualTo(2);
    assertThat(printed()).contains("pinion: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {"text": "a", "Error": 1}             ~ the input already has a column 'error', which generation adds: rename it, or set output.prefix
          {"text": "a", "id": 1, "Id": 2}       ~ [COLUMN_ALREADY_EXISTS] The column `id` already exists
          {"text": {"a": 1}, "doc": {"b": "x"}} ~ guide.from-column: the column 'doc' has no field 'c'; it has b
          """)
  void columnsThatCannotBeToldApartOrAreMissingAreRefused(String line, String message)
      throws IOException {
    Files.writeString(folder.resolve("rows.jsonl"), line + "\n");
    String[] guide =
        message.startsWith("guide")
            ? new String[] {"--set", "guide.from-column=doc.c"}
            : new String[0];
    String[] arguments = new String[1 + guide.length];
    arguments[0] = job("mode: overwrite", "");
    System.arraycopy(guide, 0, arguments, 1, guide.length);
    assertThat(run(arguments)).isEqualTo(2);
    assertThat(printed()).contains(message);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aSchemaThatCannotBeReadIsNamedByItsKey() throws IOException {
    rows(1);
    assertThat(run(job("mode: overwrite", ""), "--set", "input.schema=text BLAH")).isEqualTo(2);
    assertThat(printed()).contains("pinion: input.schema text BLAH: ").contains("\"BLAH\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {regex: 'a{1000000000}'}
          {json-schema: {type: string, minLength: 1000000000000}}
          {json-schema: {type: array, items: {type: integer}, minItems: 100000000}}
          """)
  void aGuideWhoseTextsCannotBeCompletedIsRefused(String guide) throws IOException {
    rows(1);
    assertThat(run(job("mode: overwrite", "guide: " + guide))).isEqualTo(2);
    assertThat(printed()).contains("pinion: guide: ");
    assertThat(folder.resolve("out")).doesNotExist();
  }
}
