package io.pinion.model.runtime;

/**
 * Resource limits of one {@link TorchScriptModel}.
 *
 * @param slots maximum number of sequences in its cache, at least 1
 * @param maxLength the longest sequence, prompt and completion together, in tokens
 * @param cores maximum number of cores for a forward pass if the device is the CPU, at least 1
 * @param cacheTokens how many tokens its KV cache may have room for, see {@link
 *     io.pinion.model.LanguageModel#cacheTokens}
 */
public record ModelLimits(int slots, int maxLength, int cores, long cacheTokens) {

  /** Limits without one for the tokens of the cache. */
  public ModelLimits(int slots, int maxLength, int cores) {
    this(slots, maxLength, cores, Long.MAX_VALUE);
  }
}
