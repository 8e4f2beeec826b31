package io.pinion.torch;

/** Lets tests choose the kernels' instructions. */
public final class KernelLevels {
  private KernelLevels() {}

  /**
   * Uses other instructions from now on, in this JVM.
   *
   * @return what stands in the way, or null
   */
  public static String use(String level) {
    return CpuKernels.use(level);
  }
}
