package io.pinion.text.tokenizer;

/** A tokenizer cannot be read, or cannot encode a text; the message names its file. */
public final class TokenizerException extends RuntimeException {
  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
