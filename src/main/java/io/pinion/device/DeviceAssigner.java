package io.pinion.device;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Turns the addresses that Spark's resource scheduler assigned to a task into explicit devices.
 *
 * <p>Never falls back to the CPU silently: if a requested GPU is absent or not visible, the
 * assignment fails. Immutable and thread-safe.
 */
public final class DeviceAssigner {
  private static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  private final String policy;
  private final boolean simulated;
  private final String visibleDevices;
  private final IntSupplier gpuCount;

  /**
   * @param policy auto, cpu or gpu
   * @param simulated whether GPU addresses map to the CPU, to try out the assignment without GPUs
   * @param visibleDevices the value of {@code CUDA_VISIBLE_DEVICES}; {@code null} if it is not set
   * @param gpuCount how many GPUs the process sees; called only for tasks with addresses
   */
  public DeviceAssigner(
      String policy, boolean simulated, String visibleDevices, IntSupplier gpuCount) {
    if (!List.of("auto", "cpu", "gpu").contains(policy)) {
      throw new DeviceException("device '" + policy + "' is unknown: it is one of auto, cpu, gpu");
    }
    this.policy = policy;
    this.simulated = simulated;
    this.visibleDevices = visibleDevices;
    this.gpuCount = gpuCount;
  }

  /**
   * Chooses the devices of a task.
   *
   * @param addresses the task's addresses of the resource {@code gpu}; empty if it has none
   * @throws DeviceException if a GPU is required and cannot be used
   */
  public DeviceAssignment assign(List<String> addresses) {
    if (simulated && !addresses.isEmpty()) {
      List<Device> devices = addresses.stream().map(address -> Device.cpu()).toList();
      return new DeviceAssignment(
          addresses, devices, "spark.pinion.device.simulate maps gpu addresses to the CPU");
    }
    if (policy.equals("cpu")) {
      return new DeviceAssignment(List.of(), List.of(Device.cpu()), "device: cpu");
    }
    if (addresses.isEmpty()) {
      return withoutAddresses();
    }
    List<Device> devices = addresses.stream().map(this::device).toList();
    return new DeviceAssignment(addresses, devices, "assigned by Spark's resource scheduler");
  }

  private DeviceAssignment withoutAddresses() {
    if (policy.equals("gpu")) {
      throw new DeviceException(
          "device: gpu, but Spark assigned this task no gpu. Set spark.executor.resource.gpu.amount,"
              + " spark.executor.resource.gpu.discoveryScript and spark.task.resource.gpu.amount");
    }
    return new DeviceAssignment(
        List.of(), List.of(Device.cpu()), "device: auto, and Spark assigned this task no gpu");
  }

  private Device device(String address) {
    int count = gpuCount.getAsInt();
    if (count == 0) {
      throw new DeviceException(
          "Spark assigned gpu "
              + address
              + " to this task, but PyTorch sees no GPU: check the driver"
              + " (nvidia-smi) and that the executor has PyTorch's CUDA library"
              + " (PYTORCH_LIBRARY_PATH)");
    }
    int ordinal = ordinal(address);
    if (ordinal < 0 || ordinal >= count) {
      throw new DeviceException(
          "Spark assigned gpu "
              + address
              + " to this task, which is not visible: PyTorch sees "
              + count
              + " GPUs and "
              + VISIBLE
              + " is "
              + (visibleDevices == null ? "not set" : "'" + visibleDevices + "'")
              + ". Make the discovery script list only visible devices");
    }
    return Device.gpu(ordinal);
  }

  /** The CUDA index of an address, given {@code CUDA_VISIBLE_DEVICES}; -1 if it is not visible. */
  private int ordinal(String address) {
    if (visibleDevices == null) {
      return address.matches("\\d{1,4}") ? Integer.parseInt(address) : -1;
    }
    List<String> visible = new ArrayList<>();
    Arrays.stream(visibleDevices.split(",")).map(String::strip).forEach(visible::add);
    return visible.indexOf(address);
  }
}
