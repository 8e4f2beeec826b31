package io.pinion.generate.schedule;

/**
 * How a batch schedules its steps.
 *
 * @param slots maximum number of sequences at once
 * @param plain whether optimizations are off, as the baseline to compare results with: after its
 *     complete prompt, each sequence gets one token per step, forced tokens included
 * @param prefillTokens maximum number of prompt tokens per step; unused if plain
 * @param draftTokens maximum number of tokens in a step with drafts (speculative decoding); 0 for
 *     no drafts; unused if plain
 */
public record BatchSettings(int slots, boolean plain, int prefillTokens, int draftTokens) {
  /** Enough to keep a CPU's cores busy; a larger step would only keep other rows waiting. */
  public static final int PREFILL_TOKENS = 512;

  /** A GPU's matrix units starve on smaller steps. */
  public static final int GPU_PREFILL_TOKENS = 4096;

  /**
   * As many tokens as take hardly longer than one: on two cores a step of SmolLM2-135M in bf16 took
   * 35 ms with 1 token, 40 with 8 and 55 with 16.
   */
  public static final int DRAFT_TOKENS = 8;

  /** Settings with the default {@link #DRAFT_TOKENS}. */
  public BatchSettings(int slots, boolean plain, int prefillTokens) {
    this(slots, plain, prefillTokens, DRAFT_TOKENS);
  }
}
