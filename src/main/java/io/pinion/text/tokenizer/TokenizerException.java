package io.pinion.text.tokenizer;

/**
 * A tokenizer that cannot be read, or that cannot encode a text; the message names where it came
 * from.
 */
public final class TokenizerException extends RuntimeException {
  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
