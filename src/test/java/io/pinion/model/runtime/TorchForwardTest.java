package io.pinion.model.runtime;

class TorchForwardTest extends ForwardContract {
  @Override
  boolean kernels() {
    return false;
  }
}
