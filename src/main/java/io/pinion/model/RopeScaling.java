package io.pinion.model;

import java.util.List;

/** How rotary frequencies are scaled for contexts longer than in training. */
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
   * @param attentionFactor the factor of cosines and sines
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
   * Each frequency divided by its own factor, as stored in GGUF files of Llama 3.1.
   *
   * @param factors one for each of the {@code headDim / 2} frequencies
   */
  record Factors(List<Double> factors) implements RopeScaling {
    public Factors {
      factors = List.copyOf(factors);
    }
  }
}
