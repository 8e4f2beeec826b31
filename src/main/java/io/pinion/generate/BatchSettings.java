package io.pinion.generate;

/**
 * How a batch goes on.
 *
 * @param slots how many sequences run at once
 * @param plain whether each row gets one token a step, prompts aside, and forced tokens steps of
 *     their own: the slow twin that results are compared with
 * @param prefillTokens how many tokens of prompts one step takes in; without a say where plain
 */
record BatchSettings(int slots, boolean plain, int prefillTokens) {
  static final int PREFILL_TOKENS = 512;
}
