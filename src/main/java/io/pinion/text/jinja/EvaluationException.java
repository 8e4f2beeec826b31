package io.pinion.text.jinja;

/**
 * An operation that Python would refuse, thrown where the line is not known. {@link Frame} turns it
 * into a {@link JinjaException}.
 */
final class EvaluationException extends RuntimeException {
  EvaluationException(String message) {
    super(message, null, false, false);
  }
}
