package io.pinion.device;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.Supplier;

/**
 * Adds up what a model on the CPU will need beside the heap, and what the heap may still take,
 * before the weights are loaded. A container that allows less would end the process with SIGKILL in
 * the middle of a job. Thread-safe.
 */
public final class MemoryCheck {
  /** For libtorch's intermediate results and the buffers of loading. */
  private static final long WORK_BYTES = 64L << 20;

  private final HostMemory host;
  private final Supplier<MemoryUsage> heap;

  /**
   * @param heap how much memory the heap has, and may have
   */
  MemoryCheck(HostMemory host, Supplier<MemoryUsage> heap) {
    this.host = host;
    this.heap = heap;
  }

  /** Checks against the memory of this machine and the limits of its containers. */
  public static MemoryCheck ofMachine() {
    return new MemoryCheck(
        HostMemory.ofMachine(), () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
  }

  /**
   * Checks that a model fits.
   *
   * @param model how the job names it
   * @param weights about how many bytes its weights take
   * @param cache about how many bytes the keys and values of a full batch take
   * @throws DeviceException with the numbers and the settings, if it does not
   */
  public void require(String model, long weights, long cache) {
    MemoryUsage usage = heap.get();
    long growth = Math.max(0, usage.getMax() - usage.getCommitted());
    String needs =
        model
            + " needs "
            + mebibytes(weights + cache + WORK_BYTES)
            + " outside the heap: "
            + mebibytes(weights)
            + " for weights, "
            + mebibytes(cache)
            + " for the KV cache of a full batch and "
            + mebibytes(WORK_BYTES)
            + " to work with";
    HostMemory.Limit limit = host.container();
    long missing = weights + cache + WORK_BYTES + growth - limit.left();
    if (missing > 0) {
      throw new DeviceException(
          needs
              + "; the heap may grow by "
              + mebibytes(growth)
              + " to "
              + mebibytes(usage.getMax())
              + ". The container's limit is "
              + mebibytes(limit.bytes())
              + ", of which "
              + mebibytes(limit.left())
              + " are left. Raise spark.executor.memoryOverhead (for a driver"
              + " spark.driver.memoryOverhead) by "
              + mebibytes(missing)
              + ", or lower spark.executor.memory, batch.slots or model.max-model-length");
    }
    long available = host.available();
    if (weights + cache + WORK_BYTES > available) {
      throw new DeviceException(
          needs
              + ". This machine has "
              + mebibytes(available)
              + " available: run fewer executors on it, or lower batch.slots or"
              + " model.max-model-length, or use a smaller model");
    }
  }

  private static String mebibytes(long bytes) {
    return Math.floorDiv(bytes + (1 << 20) - 1, 1 << 20) + " MiB";
  }
}
