package io.pinion.text;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Refuses a {@code tokenizer.json} for what the native library does not check and would end the
 * whole process over: a Rust panic cannot be caught in Java.
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
    check.postProcessor(root.path("post_processor"));
  }

  /** The library cuts the prefix off the second part of each merge without looking. */
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

  private void postProcessor(JsonNode processor) {
    processor.path("processors").forEach(this::postProcessor);
    if (processor.path("type").asText().equals("TemplateProcessing")) {
      template(processor, "single", "A");
      template(processor, "pair", "AB");
    }
  }

  /** The library looks a template's tokens and texts up by their names as it encodes. */
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
