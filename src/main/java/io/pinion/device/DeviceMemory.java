package io.pinion.device;

import ai.djl.Device;
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
      least = Math.min(least, CudaDriver.free(device.getDeviceId()));
    }
    return least * devices.size();
  }
}
