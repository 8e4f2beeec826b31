package io.pinion.text.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/**
 * Rejects a {@code tokenizer.json} whose sizes would keep the native library busy for minutes or
 * fill the memory: neither can be interrupted from Java. The limits are far above those of known
 * tokenizers (Gemma 3: 262,144 tokens, 514,906 merges, 6,415 added tokens).
 */
final class TokenizerSizes {
  static final int MAX_TOKENS = 1 << 20;
  static final int MAX_MERGES = 1 << 20;

  /** The library compares each added token with all others. */
  static final int MAX_ADDED = 1 << 15;

  static final int MAX_CHARACTERS = 128 << 20;

  private static final int MAX_NODES = 8 << 20;
  private static final int MAX_STEPS = 64;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_TEMPLATE = 64;
  private static final int MAX_CONTENT = 256;

  /** How many times longer a text may become by all steps of the normalizer together. */
  private static final double MAX_GROWTH = 64;

  private final String origin;
  private int steps;
  private double growth = 1;

  private TokenizerSizes(String origin) {
    this.origin = origin;
  }

  /**
   * Counts what a text would become in memory, before it is read.
   *
   * @throws TokenizerException if it is too much
   * @throws IOException if the text is not JSON
   */
  static void checkText(String json, String origin) throws IOException {
    TokenizerSizes sizes = new TokenizerSizes(origin);
    sizes.atMost("characters", json.length(), MAX_CHARACTERS);
    int nodes = 0;
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        nodes++;
        sizes.atMost("values", nodes, MAX_NODES);
      }
    }
  }

  /**
   * Checks a tokenizer.
   *
   * @throws TokenizerException naming the part that is too large
   */
  static void check(JsonNode root, String origin) {
    TokenizerSizes sizes = new TokenizerSizes(origin);
    JsonNode model = root.path("model");
    sizes.atMost("tokens in model.vocab", model.path("vocab").size(), MAX_TOKENS);
    sizes.atMost("merges in model.merges", model.path("merges").size(), MAX_MERGES);
    sizes.atMost("added tokens", root.path("added_tokens").size(), MAX_ADDED);
    sizes.refuseDropout(model.path("dropout"));
    sizes.component(root.path("normalizer"), 0);
    sizes.component(root.path("pre_tokenizer"), 0);
    sizes.component(root.path("post_processor"), 0);
    sizes.component(root.path("decoder"), 0);
  }

  private void refuseDropout(JsonNode dropout) {
    if (dropout.asDouble(0) != 0) {
      throw fault(
          "has model.dropout "
              + dropout
              + ", with which equal texts get different tokens: set it to null");
    }
  }

  private void component(JsonNode part, int depth) {
    atMost("steps in a row", ++steps, MAX_STEPS);
    atMost("steps inside one another", depth, MAX_DEPTH);
    for (String list : new String[] {"normalizers", "pretokenizers", "processors", "decoders"}) {
      part.path(list).forEach(inner -> component(inner, depth + 1));
    }
    JsonNode regex = part.path("pattern").path("Regex");
    if (regex.isTextual()) {
      String why = RegexCheck.problem(regex.asText());
      if (why != null) {
        throw fault(
            "splits or replaces by the regular expression " + shown(regex.asText()) + ", " + why);
      }
    }
    sizesOf(part);
  }

  private void sizesOf(JsonNode part) {
    switch (part.path("type").asText()) {
      case "Replace" -> replace(part);
      case "Prepend" ->
          atMost(
              "characters put before a text", part.path("prepend").asText().length(), MAX_CONTENT);
      case "TemplateProcessing" -> template(part);
      default -> {}
    }
  }

  private void replace(JsonNode part) {
    int added = part.path("content").asText().length();
    int removed = Math.max(1, part.path("pattern").path("String").asText().length());
    atMost("characters in a replacement", added, MAX_CONTENT);
    growth *= Math.max(1, (double) added / removed);
    if (growth > MAX_GROWTH) {
      throw fault(
          "makes a text more than " + (int) MAX_GROWTH + " times longer by what it replaces");
    }
  }

  private void template(JsonNode part) {
    atMost("pieces in a template", part.path("single").size(), MAX_TEMPLATE);
    atMost("pieces in a template", part.path("pair").size(), MAX_TEMPLATE);
    atMost("special tokens in a template", part.path("special_tokens").size(), MAX_TEMPLATE);
    for (JsonNode token : part.path("special_tokens")) {
      atMost("ids of a special token", token.path("ids").size(), MAX_TEMPLATE);
    }
  }

  private void atMost(String what, long count, long most) {
    if (count > most) {
      throw fault("has " + count + " " + what + "; at most " + most + " are possible");
    }
  }

  private static String shown(String text) {
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }

  private TokenizerException fault(String what) {
    return new TokenizerException("the tokenizer of " + origin + " " + what);
  }
}
