package io.pinion.model;

import ai.djl.Device;

/** How a model's matrices are kept and multiplied. */
enum Matrices {
  /** As they are, by {@code torch.linear}. */
  PLAIN,

  /** Laid out for oneDNN once; see {@link PackedWeights}. */
  PACKED,

  /**
   * Whole numbers of 8 bits with a scale for each output channel, on CPUs. Inputs are rounded to 8
   * bits as they come, with a scale for each token.
   */
  INT8;

  /** The fastest without a loss. */
  static Matrices of(Device device, WeightType type) {
    return PackedWeights.available(device, type) ? PACKED : PLAIN;
  }
}
