package io.pinion.model.decoder;

/**
 * The operators of {@code src/main/native} as TorchScript calls them. Those that end in QUANT take
 * and give rows in 8 bits, as levels and scales.
 */
final class KernelOperators {
  static final String RMS_NORM = "ops.pinion.rms_norm";
  static final String RMS_NORM_QUANT = "ops.pinion.rms_norm_quant";
  static final String ADD_RMS_NORM_QUANT = "ops.pinion.add_rms_norm_quant";
  static final String ATTENTION = "ops.pinion.attention";
  static final String ATTENTION_QUANT = "ops.pinion.attention_quant";
  static final String SILU_AND_MUL = "ops.pinion.silu_and_mul";
  static final String SILU_AND_MUL_QUANT = "ops.pinion.silu_and_mul_quant";

  private KernelOperators() {}
}
