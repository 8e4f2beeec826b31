package io.pinion.device;

/** A device that was asked for and cannot be used; the message says what to set. */
public final class DeviceException extends RuntimeException {
  public DeviceException(String message) {
    super(message);
  }
}
