package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideData;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The official suite of draft 2020-12, remote schemas left out. A ratchet: no more may be wrong
 * than is written here, and no fewer may pass. The counts by keyword are those that {@code
 * docs/user/json-schema.md} publishes; {@code mvn test -Dtest=JsonSchemaSuiteTest
 * -Dsuite.write=true} writes them anew.
 */
class JsonSchemaSuiteTest {
  private static final Path SUITE = GuideData.file("json-schema-test-suite/tests/draft2020-12");
  private static final int MIN_PASSED = 1775;
  private static final int MAX_VALID_REJECTED = 36;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final GuideCompiler compiler = new GuideCompiler(GuideCases.tokens());
  private final List<String> validRejected = new ArrayList<>();
  private final List<String> invalidAccepted = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final KeywordMatrix matrix = new KeywordMatrix();
  private KeywordMatrix.Counts counts;
  private int passed;

  @Test
  void noInvalidTextIsAcceptedAndThePageTellsTheRun() throws IOException {
    try (Stream<Path> files = Files.walk(SUITE)) {
      files.filter(file -> file.toString().endsWith(".json")).sorted().forEach(this::file);
    }
    System.out.printf(
        "suite: pass %d, valid rejected %d, refused %d%n",
        passed, validRejected.size(), refused.size());
    if (Boolean.getBoolean("suite.print")) {
      validRejected.forEach(line -> System.out.println("REJECTED " + line));
      refused.forEach(line -> System.out.println("REFUSED " + line));
    }
    assertThat(invalidAccepted).isEmpty();
    assertThat(validRejected).hasSizeLessThanOrEqualTo(MAX_VALID_REJECTED);
    assertThat(passed).isGreaterThanOrEqualTo(MIN_PASSED);
    if (Boolean.getBoolean("suite.write")) {
      matrix.write();
    }
    assertThat(KeywordMatrix.published())
        .as("the matrix of %s, rewritten with -Dsuite.write=true", KeywordMatrix.PAGE)
        .isEqualTo(matrix.table());
  }

  private void file(Path file) {
    counts = matrix.keyword(SUITE.relativize(file).toString().replace(".json", ""));
    try {
      for (JsonNode group : JSON.readTree(file.toFile())) {
        group(SUITE.relativize(file) + ": " + group.get("description").asText(), group);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void group(String name, JsonNode group) {
    Guide guide;
    try {
      guide = compiler.jsonSchema(group.get("schema"), new JsonOptions(true, 0));
    } catch (GuideException e) {
      boolean none = e.getMessage().startsWith("no value satisfies");
      for (JsonNode test : group.get("tests")) {
        if (none && !test.get("valid").asBoolean()) {
          passed++;
          counts.right++;
        } else {
          counts.refused++;
          refused.add(name + ": " + e.getMessage());
        }
      }
      return;
    }
    for (JsonNode test : group.get("tests")) {
      boolean valid = test.get("valid").asBoolean();
      String what = name + ": " + test.get("description").asText() + ": " + test.get("data");
      boolean accepted;
      try {
        accepted = GuideCases.accepts(guide, test.get("data").toString());
      } catch (GuideLimitException e) {
        counts.refused++;
        refused.add(what + ": " + e.getMessage());
        continue;
      }
      if (accepted == valid) {
        passed++;
        counts.right++;
      } else if (valid) {
        counts.validRejected++;
        validRejected.add(what);
      } else {
        counts.invalidAccepted++;
        invalidAccepted.add(what);
      }
    }
  }
}
