package io.pinion.device;

/** A requested device cannot be used; the message says what to set. */
public final class DeviceException extends RuntimeException {
  public DeviceException(String message) {
    super(message);
  }
}
