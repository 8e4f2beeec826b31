package io.pinion.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Rejects a {@code tokenizer.json} with faults that the native library does not check for. They
 * would make it panic, and a Rust panic cannot be caught in Java: it ends the process.
 */
final class TokenizerJsonCheck {
  private final String origin;

  private TokenizerJsonCheck(String origin) {
    this.origin = origin;
  }

  /**
   * Checks a tokenizer.
   *
   * @throws TokenizerException naming the part that contradicts another
   */
  static void check(JsonNode root, String origin) {
    TokenizerJsonCheck check = new TokenizerJsonCheck(origin);
    check.merges(root.path("model"));
    check.normalizer(root.path("normalizer"));
    check.preTokenizer(root.path("pre_tokenizer"));
    check.postProcessor(root.path("post_processor"));
  }

  /**
   * The library cuts the prefix off the second part of each merge without checking that it is
   * there.
   */
  private void merges(JsonNode model) {
    String prefix = model.path("continuing_subword_prefix").asText("");
    if (model.path("continuing_subword_prefix").isNull() || prefix.isEmpty()) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String text = merge.isArray() ? merge.path(1).asText() : merge.asText();
      if (!text.substring(text.indexOf(' ') + 1).startsWith(prefix)) {
        throw fault("has the merge " + merge + " without the continuing_subword_prefix " + prefix);
      }
    }
  }

  /** A character map is the size of a trie in four bytes, the trie, and the texts it points to. */
  private void normalizer(JsonNode normalizer) {
    normalizer.path("normalizers").forEach(this::normalizer);
    if (normalizer.path("type").asText().equals("Precompiled")) {
      try {
        ByteBuffer map =
            ByteBuffer.wrap(normalizer.path("precompiled_charsmap").binaryValue())
                .order(ByteOrder.LITTLE_ENDIAN);
        int size = map.getInt();
        map.position(map.position() + size);
        StandardCharsets.UTF_8.newDecoder().decode(map);
      } catch (IOException | RuntimeException e) {
        throw fault("has a Precompiled normalizer whose precompiled_charsmap is broken");
      }
    }
  }

  private void preTokenizer(JsonNode words) {
    words.path("pretokenizers").forEach(this::preTokenizer);
    if (words.path("type").asText().equals("FixedLength") && words.path("length").asInt(1) == 0) {
      throw fault("has a FixedLength pre_tokenizer of length 0");
    }
  }

  private void postProcessor(JsonNode processor) {
    processor.path("processors").forEach(this::postProcessor);
    if (processor.path("type").asText().equals("TemplateProcessing")) {
      template(processor, "single", "A");
      template(processor, "pair", "AB");
    }
  }

  /** The library looks up a template's tokens and texts by name while it encodes. */
  private void template(JsonNode processor, String name, String texts) {
    for (JsonNode piece : processor.path(name)) {
      String token = piece.path("SpecialToken").path("id").asText();
      if (piece.has("SpecialToken") && !processor.path("special_tokens").has(token)) {
        throw fault("adds the special token " + token + ", which post_processor does not describe");
      }
      String text = piece.path("Sequence").path("id").asText();
      if (piece.has("Sequence") && !texts.contains(text)) {
        throw fault("has text " + text + " in the post_processor's template " + name);
      }
    }
  }

  private TokenizerException fault(String what) {
    return new TokenizerException("the tokenizer of " + origin + " " + what);
  }
}
