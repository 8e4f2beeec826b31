package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A {@code tokenizer.json} with random damage, from a fixed seed, gives a tokenizer or an error
 * that names the file.
 */
class TokenizerJsonDamageTest {
  private static final int MUTATIONS = 300;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] VALUES = {
    "null",
    "true",
    "-1",
    "0",
    "3",
    "1e300",
    "4294967296",
    "\"\"",
    "\"x\"",
    "\"(\"",
    "[]",
    "[3]",
    "{}",
    "\"BPE\"",
    "\"WordPiece\"",
    "\"Metaspace\"",
    "{\"type\":\"ByteLevel\"}",
    "\"<0x41>\""
  };

  private final Random random = new Random(3);

  @ParameterizedTest
  @ValueSource(strings = {"byte_level.json", "sentence_piece.json"})
  void damagedJsonGivesATokenizerOrARefusal(String file) throws IOException {
    JsonNode whole = JSON.readTree(TokenizerFixture.of(file).with("add_eos_token", true).json());
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < MUTATIONS; i++) {
      JsonNode root = whole.deepCopy();
      damage(root);
      outcomes.merge(outcome(root.toString()), 1, Integer::sum);
    }
    assertThat(outcomes).as("outcomes").containsOnlyKeys("built", "refused");
    assertThat(outcomes.values()).allMatch(count -> count > MUTATIONS / 10);
  }

  /** Descends at random, so that small parts are hit as often as the large vocabulary. */
  private void damage(JsonNode node) throws IOException {
    JsonNode value = JSON.readTree(VALUES[random.nextInt(VALUES.length)]);
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      if (object.get(name).size() > 0 && random.nextInt(5) > 0) {
        damage(object.get(name));
      } else if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, value);
      }
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      int at = random.nextInt(array.size());
      if (array.get(at).size() > 0 && random.nextInt(5) > 0) {
        damage(array.get(at));
      } else if (random.nextInt(4) == 0) {
        array.remove(at);
      } else {
        array.set(at, value);
      }
    }
  }

  private static String outcome(String json) {
    try (Tokenizer tokenizer = TokenizerJson.parse(json, "here")) {
      for (int id : tokenizer.encode("Hello, 12 w\u00f6rld \ud83d\ude00<|im_end|></s>", true)) {
        assertThat(tokenizer.vocabulary().bytes(id)).isNotNull();
      }
      return "built";
    } catch (TokenizerException e) {
      assertThat(e).hasMessageStartingWith("the tokenizer of here ");
      return "refused";
    }
  }
}
