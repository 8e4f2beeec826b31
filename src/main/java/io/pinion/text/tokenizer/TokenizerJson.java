package io.pinion.text.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.text.Vocabulary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;

/**
 * A tokenizer defined by a {@code tokenizer.json} and run by Hugging Face's tokenizers library.
 *
 * <p>Thread-safe. Texts of any length are encoded without padding or truncation.
 */
public final class TokenizerJson implements Tokenizer {
  private static final String FLAVOR = "RUST_FLAVOR";

  /** For longer texts, the engine of regular expressions could end the process. */
  static final int MAX_CHARACTERS = 4 << 20;

  private static final Map<String, String> OPTIONS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  static {
    // On a machine with a GPU, DJL would download a build of the library for its CUDA, which does
    // nothing for a tokenizer. That in the jar serves every machine.
    if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
  }

  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final String origin;

  private final byte[] json;
  private final boolean prefixed;
  private final SpecialTexts specials;
  private Plain plain;

  /** The same tokenizer with other names for its control tokens. */
  private record Plain(HuggingFaceTokenizer tokenizer, PlainTokenizerJson names) {}

  private TokenizerJson(
      HuggingFaceTokenizer tokenizer,
      Vocabulary vocabulary,
      String origin,
      byte[] json,
      boolean prefixed) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.origin = origin;
    this.json = json;
    this.prefixed = prefixed;
    this.specials = SpecialTexts.of(vocabulary);
  }

  /**
   * Builds the tokenizer.
   *
   * @param json the text of a {@code tokenizer.json}
   * @param origin where it came from, for error messages
   * @throws TokenizerException if the text does not define a tokenizer
   */
  public static TokenizerJson parse(String json, String origin) {
    JsonNode root = read(json, origin);
    TokenizerSizes.check(root, origin);
    Vocabulary vocabulary = VocabularyJson.read(root, origin);
    TokenizerJsonCheck.check(root, origin);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new TokenizerJson(build(bytes, origin), vocabulary, origin, bytes, TextPrefix.in(root));
  }

  private static HuggingFaceTokenizer build(byte[] json, String origin) {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          "the tokenizer of " + origin + " cannot be built: " + e.getMessage(), e);
    }
  }

  private static JsonNode read(String json, String origin) {
    try {
      TokenizerSizes.checkText(json, origin);
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new TokenizerException(
          "the tokenizer of " + origin + " is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new TokenizerException("the tokenizer of " + origin + " cannot be read: " + e, e);
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    return narrow(ids(tokenizer, text, addSpecialTokens));
  }

  private static int[] narrow(long[] ids) {
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = Math.toIntExact(ids[i]);
    }
    return narrow;
  }

  @Override
  public int[] encodeContinuation(String text) {
    return prefixed
        ? new TextPrefix(whole -> encode(whole, false)).continuation(text)
        : encode(text, false);
  }

  @Override
  public int[] encode(String text, BitSet plainCharacters, boolean addSpecialTokens) {
    if (!spellsSpecial(text, plainCharacters)) {
      return encode(text, addSpecialTokens);
    }
    Plain renamed = plain();
    StringBuilder named = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      SpecialTexts.Match special = specials.at(text, at, plainCharacters);
      if (special == null) {
        named.append(text.charAt(at++));
      } else {
        named.append(renamed.names.name(special.token()));
        at += special.length();
      }
    }
    return narrow(ids(renamed.tokenizer, named.toString(), addSpecialTokens));
  }

  /** Whether a control token would be found that has a plain character. */
  private boolean spellsSpecial(String text, BitSet plainCharacters) {
    return specials
        .matches(text)
        .anyMatch(
            found -> !plainCharacters.get(found.from(), found.from() + found.length()).isEmpty());
  }

  /** Built when it is first needed, since few jobs need it. */
  private synchronized Plain plain() {
    if (plain == null) {
      PlainTokenizerJson names = PlainTokenizerJson.create();
      ObjectNode root = (ObjectNode) read(new String(json, StandardCharsets.UTF_8), origin);
      names.rename(root);
      byte[] renamed = root.toString().getBytes(StandardCharsets.UTF_8);
      plain = new Plain(build(renamed, origin), names);
    }
    return plain;
  }

  private long[] ids(HuggingFaceTokenizer by, String text, boolean addSpecialTokens) {
    if (text.length() > MAX_CHARACTERS) {
      throw new TokenizerException(
          "the tokenizer of "
              + origin
              + " cannot encode a text of "
              + text.length()
              + " characters; at most "
              + MAX_CHARACTERS
              + " are possible");
    }
    try {
      return by.encode(text, addSpecialTokens, false).getIds();
    } catch (RuntimeException e) {
      throw new TokenizerException(
          "the tokenizer of " + origin + " cannot encode a text: " + e.getMessage(), e);
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public synchronized void close() {
    tokenizer.close();
    if (plain != null) {
      plain.tokenizer.close();
    }
  }
}
