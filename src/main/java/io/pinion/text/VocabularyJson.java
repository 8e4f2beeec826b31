package io.pinion.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Reads the bytes of every token out of a {@code tokenizer.json}. */
final class VocabularyJson {
  private static final int MOST_TOKENS = 1 << 22;

  private final JsonNode root;
  private final String origin;
  private final Map<Integer, byte[]> bytes = new HashMap<>();
  private final BitSet special = new BitSet();

  private VocabularyJson(JsonNode root, String origin) {
    this.root = root;
    this.origin = origin;
  }

  static Vocabulary read(String json, String origin) {
    try {
      return new VocabularyJson(new ObjectMapper().readTree(json), origin).vocabulary();
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          "the tokenizer of " + origin + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Vocabulary vocabulary() {
    Function<String, byte[]> piece = byteLevel() ? ByteAlphabet::decode : VocabularyJson::plain;
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary.isObject()) {
      vocabulary.properties().forEach(e -> put(e.getValue().asInt(-1), piece.apply(e.getKey())));
    } else if (vocabulary.isArray()) {
      for (int i = 0; i < vocabulary.size(); i++) {
        put(i, piece.apply(vocabulary.get(i).path(0).asText()));
      }
    } else {
      throw new TokenizerException("the tokenizer of " + origin + " has no model.vocab");
    }
    for (JsonNode added : root.path("added_tokens")) {
      int id = added.path("id").asInt(-1);
      put(id, added.path("content").asText().getBytes(StandardCharsets.UTF_8));
      if (added.path("special").asBoolean()) {
        special.set(id);
      }
    }
    byte[][] table = new byte[bytes.keySet().stream().mapToInt(i -> i + 1).max().orElse(0)][];
    bytes.forEach((id, value) -> table[id] = value);
    return new Vocabulary(table, special);
  }

  private void put(int id, byte[] value) {
    if (id < 0 || id > MOST_TOKENS) {
      throw new TokenizerException(
          "the tokenizer of " + origin + " has the impossible token id " + id);
    }
    bytes.put(id, value);
  }

  private boolean byteLevel() {
    return names(root.path("pre_tokenizer"), "ByteLevel")
        || names(root.path("decoder"), "ByteLevel");
  }

  /** Whether a component, or one inside its sequence, is of a type. */
  private static boolean names(JsonNode component, String type) {
    if (component.path("type").asText().equals(type)) {
      return true;
    }
    for (String list : new String[] {"pretokenizers", "decoders"}) {
      for (JsonNode inner : component.path(list)) {
        if (names(inner, type)) {
          return true;
        }
      }
    }
    return false;
  }

  /** A piece of a SentencePiece-style vocabulary: {@code <0xHH>} is a byte, {@code ▁} a space. */
  private static byte[] plain(String piece) {
    if (piece.matches("<0x[0-9A-Fa-f]{2}>")) {
      return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
    }
    return piece.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
  }
}
