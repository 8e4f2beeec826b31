package io.pinion.jinja.limit;

import io.pinion.jinja.syntax.Frame;

/**
 * An operation fails that would fail in Python too. Thrown where the line is not known; {@link
 * Frame} turns it into a {@link JinjaException} with the line.
 */
public final class EvaluationException extends RuntimeException {
  public EvaluationException(String message) {
    super(message, null, false, false);
  }
}
