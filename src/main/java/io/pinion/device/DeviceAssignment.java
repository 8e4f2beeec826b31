package io.pinion.device;

import ai.djl.Device;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The devices that a task runs its model on, each with its index.
 *
 * @param addresses what the scheduler called them; empty where it assigned none
 * @param devices one or more explicit devices, first stage first
 * @param reason why these, for the log
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
   * The addresses that CPUs stand for, each as a device of its own; empty where none are made up.
   */
  public List<String> simulated() {
    return devices.get(0).isGpu() ? List.of() : addresses;
  }

  /** The devices in words, such as {@code cuda:3} or {@code cpu (address 1)}. */
  public String describe() {
    String names = devices.stream().map(DeviceAssignment::name).collect(Collectors.joining("+"));
    return addresses.isEmpty() || devices.get(0).isGpu()
        ? names
        : names + " (address " + String.join("+", addresses) + ")";
  }

  /** A device as PyTorch writes it. */
  public static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : device.getDeviceType();
  }
}
