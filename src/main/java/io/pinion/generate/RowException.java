package io.pinion.generate;

/** An error of one row, which does not affect other rows; the message says what to do. */
public final class RowException extends RuntimeException {
  public RowException(String message) {
    super(message);
  }

  public RowException(String message, Throwable cause) {
    super(message, cause);
  }
}
