package io.pinion.device;

import java.util.regex.Pattern;

/**
 * This process can no longer use its GPU: after a failed assertion or an illegal access in a
 * kernel, CUDA refuses every further call of the process. An error of the JVM, so that Spark ends
 * the executor and runs its tasks on another, instead of failing task after task on this one.
 */
public final class DeviceLostError extends InternalError {
  private static final long serialVersionUID = 1;

  /** The errors that stay, by the texts of CUDA's documentation. */
  private static final Pattern LASTING =
      Pattern.compile(
          "CUDA error: (device-side assert triggered|an illegal memory access|an illegal instruction"
              + "|misaligned address|unspecified launch failure|operation not supported on"
              + " global/shared address space|invalid program counter|hardware stack error"
              + "|uncorrectable (ECC|NVLink) error|the launch timed out|unknown error"
              + "|CUDA-capable device\\(s\\) is/are busy or unavailable)");

  private DeviceLostError(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Throws if a fault means that the process has lost its GPU; else does nothing.
   *
   * @param fault what an operation on a device threw
   */
  public static void throwIfLost(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (LASTING.matcher(String.valueOf(cause.getMessage())).find()) {
        throw new DeviceLostError(
            "this process has lost its GPU and ends, so that Spark starts another executor: "
                + cause.getMessage().lines().findFirst().orElse(""),
            fault);
      }
    }
  }
}
