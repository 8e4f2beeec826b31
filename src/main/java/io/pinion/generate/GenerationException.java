package io.pinion.generate;

/**
 * A step of the whole batch failed (out of memory, a device fault, a tensor on a wrong device). It
 * is not the row's fault: the task should fail and be tried again.
 */
public final class GenerationException extends RuntimeException {
  public GenerationException(String message, Throwable cause) {
    super(message, cause);
  }
}
