package io.pinion.device;

import ai.djl.Device;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The devices that a task runs its model on, each with its index.
 *
 * @param addresses their addresses in Spark's scheduler; empty if it assigned none
 * @param devices one or more explicit devices, in the order of the model's stages
 * @param reason why these devices were chosen, for the log
 */
public record DeviceAssignment(List<String> addresses, List<Device> devices, String reason) {
  public DeviceAssignment {
    addresses = List.copyOf(addresses);
    devices = List.copyOf(devices);
  }

  /** A device chosen by the caller. */
  public static DeviceAssignment of(Device device) {
    return new DeviceAssignment(List.of(), List.of(device), "chosen by the caller");
  }

  /**
   * The GPU addresses that are simulated on the CPU, each as its own device; empty without
   * simulation.
   */
  public List<String> simulated() {
    return devices.get(0).isGpu() ? List.of() : addresses;
  }

  /** The devices as text, such as {@code cuda:3} or {@code cpu (address 1)}. */
  public String describe() {
    String names = devices.stream().map(DeviceAssignment::name).collect(Collectors.joining("+"));
    return addresses.isEmpty() || devices.get(0).isGpu()
        ? names
        : names + " (address " + String.join("+", addresses) + ")";
  }

  /** A device's name in PyTorch's notation. */
  public static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : device.getDeviceType();
  }
}
