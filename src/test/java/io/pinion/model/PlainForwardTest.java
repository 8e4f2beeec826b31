package io.pinion.model;

class PlainForwardTest extends ForwardContract {
  @Override
  boolean kernels() {
    return false;
  }
}
