package io.pinion.generate.sample;

import io.pinion.generate.CounterRandom;
import io.pinion.generate.SamplingParameters;
import java.util.List;

/**
 * The input of the {@link Sampler} in one step.
 *
 * @param rows the logits to choose one token each from, in any order
 * @param beams the beam searches to find candidates for
 */
public record SamplingBatch(List<Row> rows, List<Beams> beams) {
  /** A lower temperature means greedy. */
  private static final double MIN_TEMPERATURE = 1e-5;

  public boolean isEmpty() {
    return rows.isEmpty() && beams.isEmpty();
  }

  /**
   * One row of logits and how its token is chosen. Several may use the same logits.
   *
   * @param logitsRow index of its row in the step's logits
   * @param allowed the tokens that may be chosen; {@code null} for all
   * @param randomKey determines its random number, with {@code completion} and {@code step}; see
   *     {@link CounterRandom#uniform}
   * @param step number of tokens generated before this one
   * @param penaltySlot its slot in {@link PenaltyCounts}, or {@link PenaltyCounts#NONE} without
   *     penalties
   */
  public record Row(
      int logitsRow,
      SamplingParameters sampling,
      TokenMask allowed,
      long randomKey,
      int completion,
      int step,
      int penaltySlot) {

    boolean isSampled() {
      return sampling.temperature() >= MIN_TEMPERATURE;
    }

    boolean isPenalised() {
      return penaltySlot != PenaltyCounts.NONE;
    }

    boolean isMasked() {
      return allowed != null;
    }

    double uniform() {
      return CounterRandom.uniform(randomKey, completion, step);
    }
  }

  /**
   * The live beams of one search.
   *
   * @param rows a row for each beam; penalties and masks apply to all of them or to none
   * @param scores by beam, the sum of its tokens' scores
   * @param candidates how many continuations to find, at most beams times vocabulary
   */
  public record Beams(List<Row> rows, double[] scores, int candidates) {}
}
