package io.pinion.model.decoder;

import ai.djl.Device;
import io.pinion.model.TensorType;

/** How a model's matrices are kept and multiplied. */
public enum MatrixFormat {
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
  public static MatrixFormat of(Device device, TensorType type) {
    return PackedWeights.available(device, type) ? PACKED : PLAIN;
  }
}
