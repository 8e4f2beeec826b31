package io.pinion.jinja.limit;

import io.pinion.jinja.syntax.Frame;

/**
 * An operation fails that would fail in Python too. Thrown where the line is not known; {@link
 * Frame} turns it into a {@link JinjaException} with the line.
 */
public final class EvaluationException extends RuntimeException {
  private final boolean overBudget;

  public EvaluationException(String message) {
    this(message, false);
  }

  /**
   * @param overBudget whether a limit on the work of a rendering was exceeded
   */
  EvaluationException(String message, boolean overBudget) {
    super(message, null, false, false);
    this.overBudget = overBudget;
  }

  boolean overBudget() {
    return overBudget;
  }
}
