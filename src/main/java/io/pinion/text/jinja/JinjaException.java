package io.pinion.text.jinja;

/** A template that is malformed, fails while it is rendered, or exceeds its limits. */
public final class JinjaException extends RuntimeException {
  private final int line;

  JinjaException(int line, String message) {
    super(message);
    this.line = line;
  }

  JinjaException(int line, String message, Throwable cause) {
    super(message, cause);
    this.line = line;
  }

  /** The template's line at fault, counted from 1. */
  public int line() {
    return line;
  }
}
