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

  /** Whether the template exceeded a limit on its steps or on the characters it creates. */
  public boolean overBudget() {
    return getCause() instanceof EvaluationException failure && failure.overBudget();
  }

  /** The template's line at fault, counted from 1. */
  public int line() {
    return line;
  }
}
