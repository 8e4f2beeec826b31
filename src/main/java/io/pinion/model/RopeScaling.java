package io.pinion.model;

import java.util.List;

/** How rotary frequencies are changed for contexts longer than those trained on. */
public sealed interface RopeScaling {

  /** The frequencies as trained. */
  record None() implements RopeScaling {}

  /** Every frequency divided by {@code factor}. */
  record Linear(double factor) implements RopeScaling {}

  /** Llama 3.1: low frequencies divided by {@code factor}, high ones kept, smooth in between. */
  record Llama3(
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int originalMaxPositionEmbeddings)
      implements RopeScaling {}

  /**
   * YaRN (Peng et al. 2023, arXiv 2309.00071).
   *
   * @param attentionFactor what cosines and sines are multiplied with
   */
  record Yarn(
      double factor,
      double betaFast,
      double betaSlow,
      int originalMaxPositionEmbeddings,
      double attentionFactor,
      boolean truncate)
      implements RopeScaling {}

  /**
   * Each frequency divided by a factor of its own, as GGUF files of Llama 3.1 hold them.
   *
   * @param factors one for each of the {@code headDim / 2} frequencies
   */
  record Factors(List<Double> factors) implements RopeScaling {
    public Factors {
      factors = List.copyOf(factors);
    }
  }
}
