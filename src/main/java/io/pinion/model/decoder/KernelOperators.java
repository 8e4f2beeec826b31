package io.pinion.model.decoder;

/**
 * TorchScript names of the operators in {@code src/main/native}. Those that end in QUANT return
 * quantized activations: 8-bit values and a scale per token.
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
