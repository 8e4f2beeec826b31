package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Links to what does not exist lead to what they name, as links to what does. */
class OutputLinkTest extends JobTest {
  @Test
  void anOutputIsMadeWhereItsLinkPoints() throws IOException {
    rows(2);
    Files.createSymbolicLink(folder.resolve("out"), Path.of("later"));
    assertThat(run(job("mode: overwrite", ""))).as(printed()).isZero();
    assertThat(folder.resolve("out")).isSymbolicLink();
    assertThat(folder.resolve("later").resolve("_SUCCESS")).exists();
  }

  @Test
  void anOutputWhoseLinkPointsIntoTheInputIsRefused() throws IOException {
    Path input = Files.createDirectory(folder.resolve("in"));
    Files.writeString(input.resolve("rows.jsonl"), "{\"text\": \"a\"}\n");
    Files.createSymbolicLink(folder.resolve("out"), Path.of("in", "new"));
    String job =
        job(
            "path: \"" + input + "\"",
            "path: \"" + folder.resolve("out") + "\"",
            "prompt: {template: \"{{ text }}\"}");
    assertThat(run(job)).isEqualTo(2);
    assertThat(printed()).contains("so that a next run would read it");
    assertThat(input).isDirectoryContaining(file -> file.endsWith("rows.jsonl"));
  }

  @Test
  void aLinkThatLeadsBackToItselfIsRefused() throws IOException {
    rows(1);
    Files.createSymbolicLink(folder.resolve("out"), Path.of("other"));
    Files.createSymbolicLink(folder.resolve("other"), Path.of("out"));
    assertThat(run(job("mode: overwrite", ""))).isEqualTo(2);
    assertThat(printed()).contains("leads back to itself");
  }
}
