package io.pinion.model.decoder;

/**
 * The operators of {@code src/main/native} as TorchScript calls them. Those that end in 8 take and
 * give rows in 8 bits, as levels and scales.
 */
final class KernelOperators {
  static final String NORM = "ops.pinion.norm";
  static final String NORM_8 = "ops.pinion.norm8";
  static final String ADD_NORM_8 = "ops.pinion.add_norm8";
  static final String ATTEND = "ops.pinion.attend";
  static final String ATTEND_8 = "ops.pinion.attend8";
  static final String GATE = "ops.pinion.gate";
  static final String GATE_8 = "ops.pinion.gate8";

  private KernelOperators() {}
}
