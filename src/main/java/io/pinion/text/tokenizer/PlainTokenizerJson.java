package io.pinion.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;

/**
 * Rewrites a {@code tokenizer.json} so that its control tokens have names that no text can have,
 * and are found by these names alone: {@code <|im_end|>} is a text like any other then.
 */
final class PlainTokenizerJson {
  private static final int NONCE_BYTES = 12;

  /** A noncharacter of Unicode, which no normalizer changes. */
  private static final char QUOTE = '\uFDD0';

  private final String nonce;
  private final Map<String, String> names = new HashMap<>();

  private PlainTokenizerJson(String nonce) {
    this.nonce = nonce;
  }

  static PlainTokenizerJson create() {
    byte[] random = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(random);
    return new PlainTokenizerJson(HexFormat.of().formatHex(random));
  }

  /** The name of a control token. */
  String name(int token) {
    return QUOTE + nonce + token + QUOTE;
  }

  /** Renames the control tokens of a {@code tokenizer.json}, in place. */
  void rename(ObjectNode root) {
    for (JsonNode token : root.path("added_tokens")) {
      if (token.path("special").asBoolean()) {
        String name = name(token.path("id").asInt());
        names.put(token.path("content").asText(), name);
        ((ObjectNode) token).put("content", name).put("normalized", false);
      }
    }
    if (root.path("model") instanceof ObjectNode model) {
      vocabulary(model);
      merges(model.path("merges"));
      String unknown = names.get(model.path("unk_token").asText());
      if (unknown != null) {
        model.put("unk_token", unknown);
      }
    }
  }

  private void vocabulary(ObjectNode model) {
    if (model.path("vocab") instanceof ObjectNode pieces) {
      names.forEach(
          (text, name) -> {
            JsonNode id = pieces.remove(text);
            if (id != null) {
              pieces.set(name, id);
            }
          });
    }
    if (model.path("vocab") instanceof ArrayNode pieces) {
      for (JsonNode piece : pieces) {
        String name = names.get(piece.path(0).asText());
        if (name != null) {
          ((ArrayNode) piece).set(0, name);
        }
      }
    }
  }

  /** Removes merges that make, or are made of, a control token. */
  private void merges(JsonNode merges) {
    for (Iterator<JsonNode> each = merges.elements(); each.hasNext(); ) {
      JsonNode merge = each.next();
      String text = merge.asText();
      int space = text.indexOf(' ', 1);
      String left =
          merge.isArray() ? merge.path(0).asText() : text.substring(0, Math.max(0, space));
      String right = merge.isArray() ? merge.path(1).asText() : text.substring(space + 1);
      if (names.containsKey(left) || names.containsKey(right) || names.containsKey(left + right)) {
        each.remove();
      }
    }
  }
}
