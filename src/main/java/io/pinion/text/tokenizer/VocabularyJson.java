package io.pinion.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Reads the bytes of every token from a {@code tokenizer.json}. */
final class VocabularyJson {
  private static final int MAX_TOKENS = 1 << 22;

  private final JsonNode root;
  private final String origin;
  private final PieceDecoder decoder;
  private final Map<Integer, byte[]> bytes = new HashMap<>();
  private final BitSet special = new BitSet();

  private VocabularyJson(JsonNode root, String origin) {
    this.root = root;
    this.origin = origin;
    this.decoder = PieceDecoder.of(root, origin);
  }

  static Vocabulary read(JsonNode root, String origin) {
    return new VocabularyJson(root, origin).vocabulary();
  }

  private Vocabulary vocabulary() {
    JsonNode vocabulary = root.path("model").path("vocab");
    if (vocabulary.isObject()) {
      vocabulary.properties().forEach(e -> put(e.getValue(), decoder.bytes(e.getKey())));
    } else if (vocabulary.isArray()) {
      scored(vocabulary);
    } else {
      throw fault("has no model.vocab");
    }
    root.path("added_tokens").forEach(this::added);
    byte[][] table = new byte[bytes.keySet().stream().mapToInt(i -> i + 1).max().orElse(0)][];
    bytes.forEach((id, value) -> table[id] = value);
    return new Vocabulary(table, special);
  }

  /** The vocabulary of a Unigram model: pairs of a piece and its score, by id. */
  private void scored(JsonNode pairs) {
    for (int id = 0; id < pairs.size(); id++) {
      JsonNode piece = pairs.get(id).path(0);
      if (!piece.isTextual()) {
        throw fault("has token " + id + " without a text");
      }
      bytes.put(id, decoder.bytes(piece.asText()));
    }
  }

  private void added(JsonNode token) {
    JsonNode content = token.path("content");
    if (!content.isTextual()) {
      throw fault("has the added token " + token.path("id") + " without a text");
    }
    String text = content.asText();
    boolean control = token.path("special").asBoolean();
    int id = put(token.path("id"), control ? utf8(text) : decoder.added(text, listed(token, text)));
    special.set(id, control);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether the model's vocabulary has an added token under the same id. */
  private boolean listed(JsonNode token, String text) {
    JsonNode vocabulary = root.path("model").path("vocab");
    JsonNode same =
        vocabulary.isObject()
            ? vocabulary.path(text)
            : vocabulary.path(token.path("id").asInt(-1)).path(0);
    return vocabulary.isObject() ? same.equals(token.path("id")) : same.asText().equals(text);
  }

  private int put(JsonNode id, byte[] value) {
    if (!id.canConvertToInt()
        || !id.isIntegralNumber()
        || id.asInt() < 0
        || id.asInt() > MAX_TOKENS) {
      throw fault("has the impossible token id " + id);
    }
    bytes.put(id.asInt(), value);
    return id.asInt();
  }

  private TokenizerException fault(String what) {
    return new TokenizerException("the tokenizer of " + origin + " " + what);
  }
}
