package io.pinion.generate;

import io.pinion.guide.Guide;

/**
 * One row to generate for.
 *
 * @param rowId identifies the row in every run, whatever its partition; with the seed, it
 *     determines the row's random numbers
 * @param promptTokenIds the prompt; not empty
 * @param guide constrains the text; {@code null} for any text
 * @param closeAtMaxTokens whether a guided text is ended early enough to be complete within
 *     max-tokens
 */
public record GenerationRequest(
    String rowId,
    int[] promptTokenIds,
    SamplingParameters sampling,
    Guide guide,
    boolean closeAtMaxTokens) {

  /** A request without a guide. */
  public GenerationRequest(String rowId, int[] promptTokenIds, SamplingParameters sampling) {
    this(rowId, promptTokenIds, sampling, null, false);
  }
}
