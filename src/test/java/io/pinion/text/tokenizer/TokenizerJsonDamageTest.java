package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.FuzzRounds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
    "\"<0x41>\"",
    "{\"type\":\"Replace\",\"pattern\":{\"Regex\":\"(l+)+$\"},\"content\":\"x\"}",
    "{\"type\":\"Replace\",\"pattern\":{\"String\":\"l\"},\"content\":\"llllllllllllllll\"}",
    "{\"type\":\"Prepend\",\"prepend\":\"\u2581\"}",
    "{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFD\"},{\"type\":\"StripAccents\"}]}",
    "0.5"
  };

  @ParameterizedTest
  @ValueSource(strings = {"byte_level.json", "sentence_piece.json"})
  void damagedJsonGivesATokenizerOrARefusal(String file) throws IOException {
    JsonNode whole = JSON.readTree(TokenizerFixture.of(file).with("add_eos_token", true).json());
    Map<String, Integer> outcomes =
        FuzzRounds.run(
            "tokenizer.json of " + file,
            MUTATIONS,
            random -> {
              JsonNode root = whole.deepCopy();
              damage(root, random);
              return outcome(root.toString());
            });
    assertThat(outcomes).as("outcomes").containsOnlyKeys("built", "refused");
  }

  /** Descends at random, so that small parts are hit as often as the large vocabulary. */
  private static void damage(JsonNode node, Random random) {
    JsonNode value = value(random);
    if (node instanceof ObjectNode object && !object.isEmpty()) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      if (object.get(name).size() > 0 && random.nextInt(5) > 0) {
        damage(object.get(name), random);
      } else if (random.nextInt(4) == 0) {
        object.remove(name);
      } else {
        object.set(name, value);
      }
    } else if (node instanceof ArrayNode array && !array.isEmpty()) {
      int at = random.nextInt(array.size());
      if (array.get(at).size() > 0 && random.nextInt(5) > 0) {
        damage(array.get(at), random);
      } else if (random.nextInt(4) == 0) {
        array.remove(at);
      } else {
        array.set(at, value);
      }
    }
  }

  private static JsonNode value(Random random) {
    try {
      return JSON.readTree(VALUES[random.nextInt(VALUES.length)]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
