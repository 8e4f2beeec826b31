package io.pinion.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Encodes the continuation of a text with a tokenizer that changes the beginning of every text, as
 * SentencePiece does by putting a blank before it. The text is encoded behind an anchor, whose
 * tokens are then taken off. Thread-safe.
 */
final class TextPrefix {
  /** A line break is a token of its own in most vocabularies; the others are for those without. */
  private static final List<String> ANCHORS = List.of("\n", "\u0001", "|\n", "a\n");

  private final Function<String, int[]> encode;

  /**
   * @param encode encodes a text without special tokens around it
   */
  TextPrefix(Function<String, int[]> encode) {
    this.encode = encode;
  }

  /** Whether the tokenizer of a {@code tokenizer.json} puts anything before a text. */
  static boolean in(JsonNode root) {
    return prepends(root.path("normalizer")) || prepends(root.path("pre_tokenizer"));
  }

  private static boolean prepends(JsonNode component) {
    boolean inside = false;
    for (JsonNode part : component.path("normalizers")) {
      inside |= prepends(part);
    }
    for (JsonNode part : component.path("pretokenizers")) {
      inside |= prepends(part);
    }
    return inside
        || switch (component.path("type").asText()) {
          case "Prepend" -> true;
          case "Metaspace" ->
              component.path("add_prefix_space").asBoolean(true)
                  && !component.path("prepend_scheme").asText().equals("never");
          case "ByteLevel" -> component.path("add_prefix_space").asBoolean(false);
          default -> false;
        };
  }

  /** The tokens of a continuation; those of a whole text if no anchor stays apart from it. */
  int[] continuation(String text) {
    for (String anchor : ANCHORS) {
      int[] before = encode.apply(anchor);
      int[] all = encode.apply(anchor + text);
      if (all.length >= before.length
          && Arrays.equals(before, 0, before.length, all, 0, before.length)) {
        return Arrays.copyOfRange(all, before.length, all.length);
      }
    }
    return encode.apply(text);
  }
}
