package io.pinion.device;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Optional;
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
   * Why a model does not fit, with the numbers and the settings; empty if it does.
   *
   * @param model how the job names it
   * @param weights about how many bytes its weights take
   * @param cache about how many bytes the keys and values of a full batch take
   */
  public Optional<String> problem(String model, long weights, long cache) {
    MemoryUsage usage = heap.get();
    long growth = growth(usage);
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
    long missing = needed(weights, cache) - limit.left();
    if (missing > 0) {
      return Optional.of(
          needs
              + "; the heap may grow by "
              + mebibytes(growth)
              + " to "
              + mebibytes(usage.getMax())
              + ". The "
              + words(limit)
              + ". Raise "
              + overhead(missing)
              + ", or lower spark.executor.memory, batch.slots or model.max-model-length");
    }
    long available = host.available();
    if (weights + cache + WORK_BYTES > available) {
      return Optional.of(
          needs
              + ". This machine has "
              + mebibytes(available)
              + " available: run fewer executors on it, or lower batch.slots or"
              + " model.max-model-length, or use a smaller model");
    }
    return Optional.empty();
  }

  /**
   * How many bytes may still be allocated outside the heap, should the heap grow as it may; {@link
   * Long#MAX_VALUE} if the system reports no limit.
   */
  public long left() {
    long container = host.container().left();
    long inContainer = container == Long.MAX_VALUE ? container : container - growth(heap.get());
    long least = Math.min(inContainer, host.available());
    return least == Long.MAX_VALUE ? least : Math.max(0, least - WORK_BYTES);
  }

  /**
   * Why a KV cache cannot grow, with the numbers and the settings; empty if it can.
   *
   * @param bytes how many more it needs
   */
  public Optional<String> growthProblem(long bytes) {
    HostMemory.Limit limit = host.container();
    long growth = growth(heap.get());
    if (limit.bytes() < Long.MAX_VALUE && bytes + growth > limit.left()) {
      return Optional.of(
          "can't allocate memory for the KV cache to grow by "
              + mebibytes(bytes)
              + ": the "
              + words(limit)
              + ", and the heap may grow by "
              + mebibytes(growth)
              + "; raise "
              + overhead(bytes + growth - limit.left()));
    }
    return bytes <= host.available()
        ? Optional.empty()
        : Optional.of(
            "can't allocate memory for the KV cache to grow by "
                + mebibytes(bytes)
                + ": this machine has "
                + mebibytes(host.available())
                + " available");
  }

  private static String words(HostMemory.Limit limit) {
    return "container's limit is "
        + mebibytes(limit.bytes())
        + ", of which "
        + mebibytes(limit.left())
        + " are left";
  }

  private static String overhead(long missing) {
    return "spark.executor.memoryOverhead (for a driver spark.driver.memoryOverhead) by "
        + mebibytes(missing);
  }

  /** All bytes that a model needs beside what the process has now. */
  public long needed(long weights, long cache) {
    return weights + cache + WORK_BYTES + growth(heap.get());
  }

  private static long growth(MemoryUsage usage) {
    return Math.max(0, usage.getMax() - usage.getCommitted());
  }

  private static String mebibytes(long bytes) {
    return Math.floorDiv(bytes + (1 << 20) - 1, 1 << 20) + " MiB";
  }
}
