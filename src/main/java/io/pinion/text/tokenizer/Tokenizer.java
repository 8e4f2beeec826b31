package io.pinion.text.tokenizer;

import io.pinion.text.Vocabulary;

/**
 * Text to token ids and back, for one model.
 *
 * <p>Thread-safe. The owner of the model closes it, once, after the last task is done with it.
 */
public interface Tokenizer extends AutoCloseable {

  /**
   * Token ids of a text. Special tokens that are spelled out in the text ({@code <|im_start|>})
   * become their ids.
   *
   * @param addSpecialTokens whether to add what the tokenizer's own template adds around a text (a
   *     beginning-of-sequence token, mostly); {@code false} for a text that a chat template
   *     rendered
   * @throws TokenizerException where the tokenizer has no token for the text, not even an unknown
   *     one
   */
  int[] encode(String text, boolean addSpecialTokens);

  /** The bytes of every token. */
  Vocabulary vocabulary();

  @Override
  void close();
}
