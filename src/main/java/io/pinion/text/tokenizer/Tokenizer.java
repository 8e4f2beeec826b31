package io.pinion.text.tokenizer;

import io.pinion.text.Vocabulary;
import java.util.BitSet;

/**
 * Encodes text as token ids, and tells the bytes of each token, for one model.
 *
 * <p>Thread-safe. The owner of the model closes it once, after the last task has finished using it.
 */
public interface Tokenizer extends AutoCloseable {

  /**
   * The token ids of a text. Special tokens spelled out in the text ({@code <|im_start|>}) become
   * their ids.
   *
   * @param addSpecialTokens whether to add the special tokens that the tokenizer puts around a text
   *     (usually a beginning-of-sequence token); {@code false} for the output of a chat template
   * @throws TokenizerException if the tokenizer has no token for part of the text, not even an
   *     unknown token
   */
  int[] encode(String text, boolean addSpecialTokens);

  /**
   * The token ids of a text that continues another: without special tokens around it, and without
   * the blank that some tokenizers, such as Llama 2's, put before a text.
   *
   * @throws TokenizerException as {@link #encode}
   */
  default int[] encodeContinuation(String text) {
    return encode(text, false);
  }

  /**
   * The token ids of a text of which some characters are only text: a special token spelled out
   * with any of them does not become its id. Tokenizers that know no special tokens need not
   * override this.
   *
   * @param plain the indexes of these characters
   * @param addSpecialTokens as above
   * @throws TokenizerException as above
   */
  default int[] encode(String text, BitSet plain, boolean addSpecialTokens) {
    return encode(text, addSpecialTokens);
  }

  /** The bytes of every token. */
  Vocabulary vocabulary();

  @Override
  void close();
}
