package io.pinion.model.runtime;

/** The forward pass of GPUs, in FLOAT32 on the CPU. */
class FusedAttentionTest extends ForwardContract {
  @Override
  boolean kernels() {
    return false;
  }

  @Override
  boolean fusedAttention() {
    return true;
  }
}
