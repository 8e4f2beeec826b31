package io.pinion.generate;

/** A fault of one row, which leaves every other row alone; the message says what to do. */
public final class RowException extends RuntimeException {
  public RowException(String message) {
    super(message);
  }

  public RowException(String message, Throwable cause) {
    super(message, cause);
  }
}
