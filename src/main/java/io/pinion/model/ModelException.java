package io.pinion.model;

/** Thrown if a model cannot be read or run; the message names the file and what to do. */
public final class ModelException extends RuntimeException {
  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
