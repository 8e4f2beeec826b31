package io.pinion.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideData;
import io.pinion.guide.json.JsonOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests in which guides were wrong once: right now, or refused with a sentence. */
class HandedCasesTest {
  /** Requests that must work, whatever the others of their file do. */
  private static final Set<String> WORKING =
      Set.of(
          "none of these",
          "a way around",
          "positive lookahead at the end",
          "flag x",
          "w is Unicode",
          "OpenAI's wrapper",
          "closed intersection",
          "set of integers",
          "set of strings",
          "at least two keys");

  private final GuideCheck check =
      new GuideCheck(GuideCases.tokens(), HandedCasesTest::bytes, new JsonOptions(true, 0));

  @ParameterizedTest
  @ValueSource(
      strings = {"dead_ends", "lark_terminals", "regex_dialects", "no_schema", "refused_today"})
  void everyCaseIsRightOrRefused(String name) throws IOException {
    List<String> lines = Files.readAllLines(GuideData.file("cases/" + name + ".jsonl"));
    assertThat(lines).isNotEmpty();
    for (String line : lines) {
      JsonNode request = new ObjectMapper().readTree(line);
      JsonNode result = new ObjectMapper().readTree(check.check(line));
      if (!result.path("status").asText().equals("ok")) {
        assertThat(WORKING).doesNotContain(request.get("id").asText());
        assertThat(result.path("error").asText()).as(line).doesNotContain("Exception").isNotBlank();
        continue;
      }
      for (int i = 0; i < request.get("instances").size(); i++) {
        JsonNode instance = request.get("instances").get(i);
        assertThat(result.get("results").get(i).get("accepted").asBoolean())
            .as("%s: %s", request.get("id"), instance)
            .isEqualTo(instance.path("valid").asBoolean());
      }
    }
  }

  private static int[] bytes(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = bytes[i] & 0xff;
    }
    return tokens;
  }
}
