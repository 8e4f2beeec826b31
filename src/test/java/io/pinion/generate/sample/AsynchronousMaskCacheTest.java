package io.pinion.generate.sample;

class AsynchronousMaskCacheTest extends MaskCacheTest {
  @Override
  boolean asynchronous() {
    return true;
  }
}
