package io.pinion.generate.sample;

import io.pinion.generate.CounterRandom;
import io.pinion.generate.SamplingParameters;
import java.util.List;

/**
 * What the {@link Sampler} chooses in one step.
 *
 * @param rows the logits to choose one token each from, in any order
 * @param beams the beam searches to find candidates for
 */
public record SamplingBatch(List<Row> rows, List<Beams> beams) {
  /** Below this a temperature is greedy. */
  private static final double MIN_TEMPERATURE = 1e-5;

  public boolean isEmpty() {
    return rows.isEmpty() && beams.isEmpty();
  }

  /**
   * One row of logits and how its token is chosen. Several may have the same logits.
   *
   * @param logitsRow which row of the step's logits it is
   * @param allowed the tokens that may be chosen, one bit each, lowest bit first, {@code
   *     (vocabulary + 7) / 8} bytes that nobody changes; {@code null} for all
   * @param randomKey with {@code completion} and {@code step}, what its random number is made of:
   *     see {@link CounterRandom#uniform}
   * @param step how many tokens were generated before this one
   * @param penaltySlot where its {@link PenaltyCounts} are, or {@link PenaltyCounts#NONE} for no
   *     penalties
   */
  public record Row(
      int logitsRow,
      SamplingParameters sampling,
      byte[] allowed,
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
   * @param rows a row for each beam; all are penalised and masked, or none is
   * @param scores by beam, the sum of its tokens' scores
   * @param candidates how many continuations to find, at most beams times vocabulary
   */
  public record Beams(List<Row> rows, double[] scores, int candidates) {}
}
