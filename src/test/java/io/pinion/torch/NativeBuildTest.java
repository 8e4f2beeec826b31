package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@code src/main/native/build} and the glibc version that its library requires. */
class NativeBuildTest {
  private static final String GLIBC = "PINION_GLIBC";

  /** A fake compiler that writes a given glibc version as a library's symbols contain it. */
  private static final String COMPILER =
      """
      #!/bin/sh
      while [ $# -gt 1 ]; do [ "$1" != -o ] || printf 'GLIBC_2.2.5\\0GLIBC_%s\\0' "$NEEDS" >"$2"; shift; done
      """;

  @TempDir Path folder;
  private Path library;

  private record Outcome(int code, String printed) {}

  @BeforeEach
  void makeCompiler() throws IOException {
    assumeTrue(
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64"),
        "kernels are for Linux on x86-64");
    library = folder.resolve("native/libpinion.so");
    Files.writeString(folder.resolve("cc"), COMPILER);
    assertThat(folder.resolve("cc").toFile().setExecutable(true)).isTrue();
  }

  private Outcome build(String needs, String glibc) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("src/main/native/build", library.toString()).redirectErrorStream(true);
    builder.environment().put("CC", folder.resolve("cc").toString());
    builder.environment().put("NEEDS", needs);
    builder.environment().put(GLIBC, glibc);
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), printed);
  }

  @Test
  void refusesALibraryThatNeedsANewerGlibcThanItShould() throws Exception {
    Outcome outcome = build("2.34", "2.17");
    assertThat(outcome.code).isEqualTo(1);
    assertThat(outcome.printed).contains("libpinion.so needs glibc 2.34, newer than 2.17");
    assertThat(library).doesNotExist();
  }

  @Test
  void versionsAreComparedAsNumbers() throws Exception {
    assertThat(build("2.9", "2.17").code).isZero();
    assertThat(library).exists();
  }

  @Test
  void anyGlibcWillDoWhereNoneIsNamed() throws Exception {
    assertThat(build("2.34", "").code).isZero();
    assertThat(library).exists();
  }

  @Test
  void buildsAgainWhereTheLibraryThatIsThereNeedsANewerGlibc() throws Exception {
    assertThat(build("2.34", "").code).isZero();
    assertThat(build("2.17", "2.17").code).isZero();
    assertThat(Files.readString(library)).contains("GLIBC_2.17").doesNotContain("GLIBC_2.34");
  }

  @Test
  void theLibraryOfThisBuildNeedsNoNewerGlibcThanItIsBuiltFor() throws IOException {
    String promised = System.getenv(GLIBC);
    assumeTrue(promised != null, "built for this machine's glibc; bin/pinion test promises one");
    try (InputStream resource =
        getClass().getResourceAsStream("/native/linux-x86_64/libpinion.so")) {
      String text = new String(resource.readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(Pattern.compile("GLIBC_2\\.(\\d+)").matcher(text).results())
          .extracting(NativeBuildTest::minor)
          .isNotEmpty()
          .allMatch(minor -> minor <= Integer.parseInt(promised.substring("2.".length())));
    }
  }

  private static int minor(MatchResult version) {
    return Integer.parseInt(version.group(1));
  }
}
