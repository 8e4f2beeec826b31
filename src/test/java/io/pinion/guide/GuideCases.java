package io.pinion.guide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Runs the cases of a file through guides, with every mask checked against the bytes it allows. */
public final class GuideCases {
  private static final Vocabulary VOCABULARY =
      TinyVocabulary.of(
          "ab", "é", "12", "1,", "\"a\"", "}", "\":", "SELECT", " FROM ", "a\n", "  ");
  private static final TokenVocabulary TOKENS = TokenVocabulary.of(VOCABULARY);

  private GuideCases() {}

  public static TokenVocabulary tokens() {
    return TOKENS;
  }

  /** The cases that came out wrong. */
  public static List<String> wrong(Path cases, Function<JsonNode, Guide> compiler)
      throws IOException {
    List<String> wrong = new ArrayList<>();
    for (String line : Files.readAllLines(cases)) {
      JsonNode root = new ObjectMapper().readTree(line);
      Guide guide = compiler.apply(root);
      for (JsonNode instance : root.get("instances")) {
        String text = instance.get("text").asText();
        if (accepts(guide, text) != instance.get("valid").asBoolean()) {
          wrong.add(root.get("id").asText() + ": " + instance);
        }
      }
    }
    return wrong;
  }

  public static boolean accepts(Guide guide, String text) {
    GuideState state = guide.start();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return state.acceptBytes(bytes) == bytes.length && state.isAccepting();
  }

  /** Whether a token may come in a state. */
  public static boolean goesOn(GuideState state) {
    long[] mask = new long[tokens().words()];
    state.mask(mask);
    return Arrays.stream(mask).anyMatch(word -> word != 0);
  }

  /** Whether the mask holds just the tokens whose bytes the state takes one by one. */
  public static boolean maskIsExact(GuideState state) {
    long[] mask = new long[tokens().words()];
    state.mask(mask);
    for (int token = 0; token < VOCABULARY.size(); token++) {
      boolean allowed = (mask[token >> 6] >>> token & 1) != 0;
      byte[] bytes = VOCABULARY.bytes(token);
      boolean fits = !VOCABULARY.special(token) && state.fork().acceptBytes(bytes) == bytes.length;
      if (allowed != fits) {
        return false;
      }
    }
    return true;
  }
}
