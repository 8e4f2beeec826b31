package io.pinion.generate;

import java.util.List;

/**
 * How the next token is chosen and when a completion ends, with the field's usual names and
 * meanings.
 *
 * @param temperature 0 is greedy; otherwise logits are divided by it
 * @param topP keep the fewest tokens whose probabilities sum to this; 1 keeps all
 * @param topK keep this many of the likeliest tokens; 0 keeps all
 * @param minP keep tokens at least this share as likely as the likeliest; 0 keeps all
 * @param repetitionPenalty divides (or, below zero, multiplies) the logits of tokens in prompt or
 *     completion; 1 is off
 * @param presencePenalty subtracted once from the logits of tokens in the completion
 * @param frequencyPenalty subtracted for each time a token stands in the completion
 * @param maxTokens the most tokens of a completion
 * @param minTokens no end-of-text and no stop before this many tokens
 * @param stop texts that end a completion and are cut off
 * @param stopTokenIds tokens that end a completion
 * @param seed with the row's id, the source of its random numbers
 * @param n how many completions
 * @param beamWidth 0 samples; otherwise beam search with so many beams, of which the best {@code n}
 *     are kept
 * @param ignoreEos whether to go on past end-of-text tokens
 */
public record SamplingParameters(
    double temperature,
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    int maxTokens,
    int minTokens,
    List<String> stop,
    List<Integer> stopTokenIds,
    long seed,
    int n,
    int beamWidth,
    boolean ignoreEos) {

  /** Greedy, 256 tokens at most. */
  public static final SamplingParameters DEFAULTS =
      new SamplingParameters(0, 1, 0, 0, 1, 0, 0, 256, 0, List.of(), List.of(), 0, 1, 0, false);

  public SamplingParameters {
    stop = List.copyOf(stop);
    stopTokenIds = List.copyOf(stopTokenIds);
  }
}
