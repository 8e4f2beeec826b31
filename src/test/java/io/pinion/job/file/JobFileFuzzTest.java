package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.FuzzRounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Randomly damaged job files are read, or refused in sentences. */
class JobFileFuzzTest {
  private static final int ROUNDS = 3000;
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ": ",
          "- ",
          "\n",
          "\n  ",
          "\t",
          "&a ",
          "*a",
          "<<: *a",
          "? ",
          "!!int ",
          "!!java.net.URL ",
          "!x ",
          "|",
          ">",
          "|-\n",
          "'",
          "\"",
          "#",
          "---\n",
          "...\n",
          "%YAML 1.2\n",
          "${SECRET}",
          "${NOTHING}",
          "${NOTHING:-x}",
          "$${",
          "${",
          ".inf",
          ".nan",
          "1e999",
          "0x7f",
          "0o17",
          "-0",
          "9".repeat(400),
          "null",
          "~",
          "true",
          "2024-01-01",
          "\u0000",
          "\ud800",
          "\ufeff",
          "\u2028",
          "🤖",
          "a: ".repeat(40),
          "[".repeat(120),
          "column: c",
          "{column: c}");

  @TempDir Path folder;

  private static List<String> known() throws IOException {
    List<String> known = new ArrayList<>(List.of(ShortJob.TEXT));
    for (String place : List.of("jobs", "src/test/resources/job")) {
      try (Stream<Path> files = Files.list(Path.of(place))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
          known.add(Files.readString(file));
        }
      }
    }
    return known;
  }

  @Test
  void damagedJobFilesAreReadOrRefusedInSentences() throws IOException {
    List<String> known = known();
    Map<String, Integer> outcomes =
        FuzzRounds.run("job files", ROUNDS, random -> read(damaged(known, random), random));
    assertThat(outcomes.get("read")).isPositive();
    assertThat(outcomes.get("refused")).isPositive();
  }

  private static String damaged(List<String> known, Random random) {
    StringBuilder text = new StringBuilder(known.get(random.nextInt(known.size())));
    String other = known.get(random.nextInt(known.size()));
    for (int left = random.nextInt(3); left >= 0; left--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + random.nextInt(20));
      int at = random.nextInt(other.length());
      text.replace(
          from,
          to,
          switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> text.substring(from, to).repeat(1 + random.nextInt(5));
            case 2 -> other.substring(at, Math.min(other.length(), at + random.nextInt(60)));
            default -> PIECES.get(random.nextInt(PIECES.size()));
          });
    }
    return text.toString();
  }

  private String read(String text, Random random) {
    Path file = folder.resolve("job.yaml");
    List<String> overrides =
        random.nextInt(5) == 0
            ? List.of("sampling." + text.lines().findFirst().orElse(""))
            : List.of();
    try {
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
      JobFileReader.read(
          new NamedFile(file.toString()),
          overrides,
          name -> name.equals("NOTHING") ? null : "hunter2-hunter2");
      return "read";
    } catch (JobException e) {
      assertThat(e.getMessage())
          .isNotBlank()
          .doesNotContain("hunter2")
          .doesNotContain("Exception:");
      assertThat(e.getMessage())
          .doesNotContain("StackOverflow")
          .doesNotContain("cannot be read: java");
      return "refused";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
