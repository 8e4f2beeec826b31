package io.pinion.generate.batch;

import io.pinion.guide.error.GuideException;

/** Error messages for groups that a step cannot continue. */
final class StepFaults {
  static final String NOT_NUMBERS =
      "the model's logits are not numbers (NaN); try model.dtype f32 or check the weights";
  static final String NOTHING_ALLOWED =
      "no token is allowed next: lower min-tokens, or change the guide so that the model's tokens"
          + " can spell a text that it allows";

  static final String NOTHING_LIKELY =
      "the model gives every token that may come next the probability 0 (logits of minus infinity):"
          + " change the guide or check the weights";

  private StepFaults() {}

  /** Whether a device, a GPU or the CPU, had no memory for a tensor. */
  static boolean outOfMemory(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("out of memory") || message.contains("can't allocate memory")) {
        return true;
      }
    }
    return false;
  }

  /** The message for a row that has the device to itself, which has no memory for it. */
  static String tooLarge(Throwable fault) {
    return "the row alone needs more memory than the device has left: lower max-tokens or"
        + " model.max-model-length, or shorten the prompt ("
        + String.valueOf(fault.getMessage()).lines().findFirst().orElse("")
        + ")";
  }

  /** The message of a guide's fault. */
  static String of(GuideException fault) {
    return "guide: " + fault.getMessage();
  }

  /** The message of a fault that no check foresaw. */
  static String unforeseen(Throwable fault) {
    return "the row cannot be continued; please report this: " + fault;
  }
}
