package io.pinion.guide.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.GuideData;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every case of {@code shared/guide/regex_cases.jsonl}, on the automaton alone. */
class RegexCasesTest {
  private static final Path CASES = GuideData.file("regex_cases.jsonl");

  @Test
  void everyCaseIsRight() throws IOException {
    assumeTrue(Files.exists(CASES), "no shared data");
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(CASES)) {
      JsonNode root = new ObjectMapper().readTree(line);
      RegexPool pool = new RegexPool(1_000_000);
      Regex regex =
          new PatternCompiler(new Utf8Encoding(pool), Dialect.ECMASCRIPT)
              .full(root.get("regex").asText());
      for (JsonNode instance : root.get("instances")) {
        byte[] text = instance.get("text").asText().getBytes(StandardCharsets.UTF_8);
        if (pool.matches(regex, text) != instance.get("valid").asBoolean()) {
          wrong.add(root.get("id").asText() + ": " + instance);
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}
