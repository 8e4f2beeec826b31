package io.pinion.generate.schedule;

/**
 * How a batch goes on.
 *
 * @param slots how many sequences run at once
 * @param plain whether each sequence gets one token a step, prompts aside, and forced tokens steps
 *     of their own: the slow twin that results are compared with
 * @param prefillTokens how many prompt tokens one step takes in; not used where plain
 * @param draftTokens how many tokens a step has at most for drafts to be in it (speculative
 *     decoding); 0 for no drafts; not used where plain
 */
public record BatchSettings(int slots, boolean plain, int prefillTokens, int draftTokens) {
  public static final int PREFILL_TOKENS = 512;

  /**
   * What takes hardly longer than one token: on two cores a step of SmolLM2-135M in bf16 took 35 ms
   * with 1 token, 40 with 8 and 55 with 16.
   */
  public static final int DRAFT_TOKENS = 8;

  /** With drafts where not plain. */
  public BatchSettings(int slots, boolean plain, int prefillTokens) {
    this(slots, plain, prefillTokens, DRAFT_TOKENS);
  }
}
