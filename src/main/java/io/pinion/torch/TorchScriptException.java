package io.pinion.torch;

/** libtorch rejects TorchScript source; the cause holds its message. */
public final class TorchScriptException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TorchScriptException(String message, Throwable cause) {
    super(message, cause);
  }
}
