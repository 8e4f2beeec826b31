package io.pinion.device;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.function.Supplier;

/** Checks before an operation that all its tensors are on the model's device. Thread-safe. */
public final class DeviceGuard {
  private final Device expected;
  private final Supplier<String> context;

  /**
   * @param expected the model's device
   * @param context describes the running task in error messages
   */
  public DeviceGuard(Device expected, Supplier<String> context) {
    this.expected = expected;
    this.context = context;
  }

  /**
   * Checks the tensors of an operation.
   *
   * @throws DeviceMismatchException naming every tensor with its device
   */
  public void check(String operation, Map<String, NDArray> tensors) {
    for (NDArray tensor : tensors.values()) {
      if (!expected.equals(tensor.getDevice())) {
        throw new DeviceMismatchException(message(operation, tensors));
      }
    }
  }

  private String message(String operation, Map<String, NDArray> tensors) {
    StringBuilder text = new StringBuilder(operation + " needs its tensors on " + expected + ":");
    tensors.forEach((name, tensor) -> text.append(' ' + name + " on " + tensor.getDevice() + ","));
    return text + " thread " + Thread.currentThread().getName() + ", " + context.get();
  }
}
