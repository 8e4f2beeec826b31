package io.pinion.generate;

import io.pinion.guide.Guide;

/**
 * One row to generate for.
 *
 * @param rowId what names the row in every run, whatever its partition; the source of its random
 *     numbers together with the seed
 * @param promptTokenIds the prompt; not empty
 * @param guide what the text may be; {@code null} for any text
 * @param closeAtMaxTokens whether a guided text is ended in time for it to be whole within
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
