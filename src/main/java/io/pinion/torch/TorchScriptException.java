package io.pinion.torch;

/** TorchScript text that libtorch refuses; the cause holds libtorch's own words. */
public final class TorchScriptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TorchScriptException(String message, Throwable cause) {
    super(message, cause);
  }
}
