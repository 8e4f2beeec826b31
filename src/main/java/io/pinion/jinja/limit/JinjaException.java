package io.pinion.jinja.limit;

/** A template is malformed, fails while it is rendered, or exceeds its limits. */
public final class JinjaException extends RuntimeException {
  private final int line;

  public JinjaException(int line, String message) {
    super(message);
    this.line = line;
  }

  public JinjaException(int line, String message, Throwable cause) {
    super(message, cause);
    this.line = line;
  }

  /** The template's line at fault, counted from 1. */
  public int line() {
    return line;
  }
}
