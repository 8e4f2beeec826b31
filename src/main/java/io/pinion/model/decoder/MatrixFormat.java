package io.pinion.model.decoder;

import ai.djl.Device;
import io.pinion.model.TensorType;

/** How a model's matrices are stored in memory and multiplied. */
public enum MatrixFormat {
  /** As loaded, multiplied by {@code torch.linear}. */
  PLAIN,

  /** Reordered once for oneDNN; see {@link PackedWeights}. */
  PACKED,

  /**
   * 8-bit integers with a scale per output channel, on CPUs. Inputs are quantized to 8 bits at run
   * time, with a scale per token.
   */
  INT8;

  /** The fastest format without loss of precision. */
  public static MatrixFormat of(Device device, TensorType type) {
    return PackedWeights.available(device, type) ? PACKED : PLAIN;
  }
}
