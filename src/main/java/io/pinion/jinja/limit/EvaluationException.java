package io.pinion.jinja.limit;

import io.pinion.jinja.syntax.Frame;

/**
 * An operation that Python would refuse, thrown where the line is not known. {@link Frame} turns it
 * into a {@link JinjaException}.
 */
public final class EvaluationException extends RuntimeException {
  public EvaluationException(String message) {
    super(message, null, false, false);
  }
}
