package io.pinion.generate.sample;

class AsynchronousSamplerTest extends SamplerTest {
  @Override
  boolean asynchronous() {
    return true;
  }
}
