package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Real schemas with valid and invalid instances, byte by byte. A ratchet: fewer passes fail, and
 * the figure here goes up with more. The file lies beside the checkout in {@code
 * ../shared/guide/maskbench-sample.jsonl}; without it the test is skipped.
 */
class MaskBenchTest {
  private static final Path SAMPLE = Path.of("../shared/guide/maskbench-sample.jsonl");
  private static final int PASSING = 1549;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final GuideCompiler compiler =
      new GuideCompiler(TokenVocabulary.of(Vocabulary.ofBytes()));
  private int passing;
  private int validRejected;
  private int invalidAccepted;

  @Test
  void realSchemasAreFollowedExactlyOrRefused() throws IOException {
    assumeTrue(Files.exists(SAMPLE), SAMPLE + " is not there");
    try (BufferedReader lines = Files.newBufferedReader(SAMPLE)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        schema(JSON.readTree(line));
      }
    }
    assertThat(invalidAccepted).as("invalid accepted").isZero();
    assertThat(validRejected).as("valid rejected").isZero();
    assertThat(passing).as("passing").isGreaterThanOrEqualTo(PASSING);
  }

  private void schema(JsonNode request) {
    Guide guide;
    try {
      guide = compiler.jsonSchema(request.path("json_schema").toString(), new JsonOptions(true, 0));
    } catch (GuideException e) {
      return;
    }
    boolean right = true;
    for (JsonNode instance : request.path("instances")) {
      boolean valid = instance.path("valid").asBoolean();
      boolean accepted = accepts(guide, instance.path("text").asText());
      validRejected += valid && !accepted ? 1 : 0;
      invalidAccepted += !valid && accepted ? 1 : 0;
      right &= valid == accepted;
    }
    passing += right ? 1 : 0;
  }

  private static boolean accepts(Guide guide, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    GuideState state = guide.start();
    return state.acceptBytes(bytes) == bytes.length && state.isAccepting();
  }
}
