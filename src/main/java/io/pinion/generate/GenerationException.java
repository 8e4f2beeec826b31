package io.pinion.generate;

/**
 * Thrown if a step of the complete batch failed (out of memory, a device fault, a tensor on the
 * wrong device). No row is at fault: the task should fail and be retried.
 */
public final class GenerationException extends RuntimeException {
  public GenerationException(String message, Throwable cause) {
    super(message, cause);
  }
}
