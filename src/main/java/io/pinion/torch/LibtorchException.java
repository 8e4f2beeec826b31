package io.pinion.torch;

/** libtorch cannot be used; the message says why and what to do. */
public final class LibtorchException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LibtorchException(String message) {
    super(message);
  }

  LibtorchException(String message, Throwable cause) {
    super(message, cause);
  }
}
