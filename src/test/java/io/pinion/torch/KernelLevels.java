package io.pinion.torch;

/** Lets tests choose the CPU kernels' instruction set. */
public final class KernelLevels {
  private KernelLevels() {}

  /**
   * Switches the kernels to other instructions in this JVM.
   *
   * @return why that is not possible; null if it is done
   */
  public static String use(String level) {
    return CpuKernels.use(level);
  }
}
