package io.pinion.device;

/**
 * A tensor is on another device than the model; the message names all tensors and their devices.
 */
public final class DeviceMismatchException extends RuntimeException {
  public DeviceMismatchException(String message) {
    super(message);
  }
}
