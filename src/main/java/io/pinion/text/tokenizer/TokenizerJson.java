package io.pinion.text.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.text.Vocabulary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

  private final HuggingFaceTokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final String origin;
  private final boolean prefixed;

  static {
    // On a machine with a GPU, DJL would download a build of the library for its CUDA, which does
    // nothing for a tokenizer. That in the jar serves every machine.
    if (System.getenv(FLAVOR) == null && System.getProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, "cpu");
    }
  }

  private TokenizerJson(
      HuggingFaceTokenizer tokenizer, Vocabulary vocabulary, String origin, boolean prefixed) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.origin = origin;
    this.prefixed = prefixed;
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
    Map<String, String> options =
        Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");
    try {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      return new TokenizerJson(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), options),
          vocabulary,
          origin,
          TextPrefix.in(root));
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
    long[] ids = ids(text, addSpecialTokens);
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

  private long[] ids(String text, boolean addSpecialTokens) {
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
      return tokenizer.encode(text, addSpecialTokens, false).getIds();
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
  public void close() {
    tokenizer.close();
  }
}
