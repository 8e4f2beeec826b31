package io.pinion.text.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Turns a token's text in the vocabulary into its bytes, by the steps of the {@code decoder} in a
 * {@code tokenizer.json}. A tokenizer without a decoder counts as byte-level if its pre-tokenizer
 * is, and as SentencePiece otherwise.
 */
final class PieceDecoder {
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-Fa-f]{2}>");
  private static final String SPACE = "\u2581";

  private final String origin;
  private final List<UnaryOperator<String>> texts = new ArrayList<>();
  private boolean byteLevel;
  private boolean byteFallback;

  private PieceDecoder(String origin) {
    this.origin = origin;
  }

  /**
   * Reads the decoder of a {@code tokenizer.json}.
   *
   * @throws TokenizerException for an unsupported step
   */
  static PieceDecoder of(JsonNode root, String origin) {
    PieceDecoder decoder = new PieceDecoder(origin);
    decoder.byteLevel = splitsBytes(root.path("pre_tokenizer"));
    JsonNode steps = root.path("decoder");
    if (steps.isMissingNode() || steps.isNull()) {
      decoder.byteFallback = true;
      decoder.replace(SPACE, " ");
    } else {
      decoder.add(steps);
    }
    return decoder;
  }

  private static boolean splitsBytes(JsonNode component) {
    boolean splits = component.path("type").asText().equals("ByteLevel");
    for (JsonNode inner : component.path("pretokenizers")) {
      splits |= splitsBytes(inner);
    }
    return splits;
  }

  private void add(JsonNode step) {
    String type = step.path("type").asText();
    switch (type) {
      case "Sequence" -> step.path("decoders").forEach(this::add);
      case "ByteLevel" -> byteLevel = true;
      case "ByteFallback" -> byteFallback = true;
      case "Metaspace" -> replace(step.path("replacement").asText(SPACE), " ");
      case "BPEDecoder" -> replace(step.path("suffix").asText("</w>"), " ");
      case "WordPiece" -> wordPiece(step.path("prefix").asText("##"));
      case "Replace" -> replace(pattern(step), step.path("content").asText());
      // These act on the complete text, not on a single token.
      case "Fuse", "Strip" -> {}
      default -> throw unknown(type);
    }
  }

  private String pattern(JsonNode step) {
    JsonNode text = step.path("pattern").path("String");
    if (!text.isTextual() || text.asText().isEmpty()) {
      throw unknown("Replace of " + step.path("pattern"));
    }
    return text.asText();
  }

  private void replace(String what, String content) {
    texts.add(piece -> piece.replace(what, content));
  }

  private void wordPiece(String prefix) {
    texts.add(piece -> piece.startsWith(prefix) ? piece.substring(prefix.length()) : " " + piece);
  }

  private TokenizerException unknown(String type) {
    return new TokenizerException(
        "the tokenizer of "
            + origin
            + " has the decoder "
            + type
            + "; supported are BPEDecoder, ByteFallback, ByteLevel, Fuse, Metaspace, Replace of a"
            + " string, Sequence, Strip and WordPiece");
  }

  /**
   * The bytes of an added token that is no control token. The decoder's steps apply to it as to any
   * other token, except that a byte-level tokenizer that adds a word writes it as it is.
   *
   * @param inVocabulary whether the model's own vocabulary has it under the same id
   */
  byte[] added(String content, boolean inVocabulary) {
    return byteLevel && !inVocabulary ? content.getBytes(StandardCharsets.UTF_8) : bytes(content);
  }

  /** The bytes of a token of the model's vocabulary. */
  byte[] bytes(String piece) {
    if (byteLevel) {
      return ByteAlphabet.decode(piece);
    }
    if (byteFallback && BYTE.matcher(piece).matches()) {
      return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
    }
    String text = piece;
    for (UnaryOperator<String> step : texts) {
      text = step.apply(text);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
