package io.pinion.device;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.lang.management.MemoryUsage;
import java.util.List;

/** Tells how much memory devices have free. Thread-safe. */
public interface DeviceMemory {

  /**
   * How many bytes can still be allocated on devices together, spread evenly over them.
   *
   * @param devices all CPUs, which share the machine's memory, or all GPUs
   */
  long free(List<Device> devices);

  /** The memory of this machine's devices, as far as this process may use it. */
  static DeviceMemory ofMachine() {
    HostMemory host = HostMemory.ofMachine();
    return devices -> devices.get(0).isGpu() ? gpus(devices) : host.free();
  }

  private static long gpus(List<Device> devices) {
    long least = Long.MAX_VALUE;
    for (Device device : devices) {
      MemoryUsage usage = CudaUtils.getGpuMemory(device);
      least = Math.min(least, usage.getMax() - usage.getUsed());
    }
    return least * devices.size();
  }
}
