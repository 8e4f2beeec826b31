package io.pinion.device;

import ai.djl.Device;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.IntStream;

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
  private final Supplier<List<String>> uuids;

  /**
   * @param policy auto, cpu or gpu
   * @param simulated whether GPU addresses map to the CPU, to try out the assignment without GPUs
   * @param visibleDevices the value of {@code CUDA_VISIBLE_DEVICES}; {@code null} if it is not set
   * @param uuids the UUIDs of the GPUs that the process sees, by CUDA's index; called only for
   *     tasks with addresses
   */
  public DeviceAssigner(
      String policy, boolean simulated, String visibleDevices, Supplier<List<String>> uuids) {
    if (!List.of("auto", "cpu", "gpu").contains(policy)) {
      throw new DeviceException("device '" + policy + "' is unknown: it is one of auto, cpu, gpu");
    }
    this.policy = policy;
    this.simulated = simulated;
    this.visibleDevices = visibleDevices;
    this.uuids = uuids;
  }

  /**
   * Chooses the devices of a task.
   *
   * @param addresses the task's addresses of the resource {@code gpu}; empty if it has none
   * @throws DeviceException if a GPU is required and cannot be used
   */
  public DeviceAssignment assign(List<String> addresses) {
    if (policy.equals("cpu")) {
      return new DeviceAssignment(List.of(), List.of(Device.cpu()), "device: cpu");
    }
    if (simulated && !addresses.isEmpty()) {
      List<Device> devices = addresses.stream().map(address -> Device.cpu()).toList();
      return new DeviceAssignment(
          addresses, devices, "spark.pinion.device.simulate maps gpu addresses to the CPU");
    }
    if (addresses.isEmpty()) {
      return withoutAddresses();
    }
    List<String> visible = uuids.get();
    List<Device> devices = addresses.stream().map(address -> device(address, visible)).toList();
    long different = devices.stream().distinct().count();
    if (different < devices.size()) {
      throw new DeviceException(
          "Spark assigned this task the gpus "
              + String.join(", ", addresses)
              + ", which are not different GPUs: make the discovery script list each GPU once");
    }
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

  private Device device(String address, List<String> visible) {
    if (visible.isEmpty()) {
      throw new DeviceException(
          "Spark assigned gpu "
              + address
              + " to this task, but PyTorch sees no GPU: check the driver (nvidia-smi), that the"
              + " executor has PyTorch's CUDA library (PYTORCH_LIBRARY_PATH), and that "
              + VISIBLE
              + ", which is "
              + visibleText()
              + ", hides none");
    }
    int index = index(address, visible);
    if (index < 0 || index >= visible.size()) {
      throw new DeviceException(
          "Spark assigned gpu "
              + address
              + " to this task, which is not visible: PyTorch sees "
              + visible.size()
              + " GPUs and "
              + VISIBLE
              + " is "
              + visibleText()
              + ". Make the discovery script list only visible devices, by index or UUID");
    }
    return Device.gpu(index);
  }

  private String visibleText() {
    return visibleDevices == null ? "not set" : "'" + visibleDevices + "'";
  }

  /** CUDA's index of an address; -1 if it has none. */
  private int index(String address, List<String> uuids) {
    if (address.matches("(?i)(GPU|MIG)-.+")) {
      return ofUuid(address, uuids);
    }
    // 00 would be another address of the same GPU, with a second model.
    if (!address.matches("0|[1-9]\\d{0,3}")) {
      return -1;
    }
    return visibleDevices == null
        ? Integer.parseInt(address)
        : Arrays.stream(visibleDevices.split(",")).map(String::strip).toList().indexOf(address);
  }

  /** CUDA and its tools accept the beginning of a UUID if there is only one GPU with it. */
  private static int ofUuid(String address, List<String> uuids) {
    String start = address.toLowerCase(Locale.ROOT);
    int[] found =
        IntStream.range(0, uuids.size())
            .filter(index -> uuids.get(index).toLowerCase(Locale.ROOT).startsWith(start))
            .toArray();
    if (found.length > 1) {
      throw new DeviceException(
          "Spark assigned gpu "
              + address
              + " to this task, and the UUIDs of "
              + found.length
              + " GPUs begin so: make the discovery script print whole UUIDs");
    }
    return found.length == 0 ? -1 : found[0];
  }
}
