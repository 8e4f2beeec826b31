package io.pinion.generate;

import java.util.ArrayList;
import java.util.List;

/**
 * How the next token is chosen and when a completion ends, with the field's usual names and
 * meanings.
 *
 * <p>Order: penalties, mask, temperature, then the filters top-k, top-p and min-p. Tokens that tie
 * with the last one kept are kept too.
 *
 * @param temperature 0 (below 0.00001) is greedy; otherwise logits are divided by it
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
    boolean ignoreEos)
    implements java.io.Serializable {

  /** Greedy, 256 tokens at most. */
  public static final SamplingParameters DEFAULTS =
      new SamplingParameters(0, 1, 0, 0, 1, 0, 0, 256, 0, List.of(), List.of(), 0, 1, 0, false);

  public SamplingParameters {
    stop = List.copyOf(stop);
    stopTokenIds = List.copyOf(stopTokenIds);
  }

  /** Every value that is not allowed, one sentence each; empty where all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    check(
        problems, temperature >= 0 && finite(temperature), "temperature", "0 or more", temperature);
    check(problems, topP > 0 && topP <= 1, "top-p", "in (0, 1]", topP);
    check(problems, topK >= 0, "top-k", "0 (off) or more", topK);
    check(problems, minP >= 0 && minP <= 1, "min-p", "in [0, 1]", minP);
    check(
        problems,
        repetitionPenalty > 0 && finite(repetitionPenalty),
        "repetition-penalty",
        "above 0",
        repetitionPenalty);
    check(problems, finite(presencePenalty), "presence-penalty", "a number", presencePenalty);
    check(problems, finite(frequencyPenalty), "frequency-penalty", "a number", frequencyPenalty);
    lengthProblems(problems);
    beamProblems(problems);
    return List.copyOf(problems);
  }

  private void lengthProblems(List<String> problems) {
    check(problems, maxTokens >= 1, "max-tokens", "1 or more", maxTokens);
    check(problems, minTokens >= 0, "min-tokens", "0 or more", minTokens);
    if (maxTokens >= 1 && minTokens > maxTokens) {
      problems.add("min-tokens must be at most max-tokens, " + maxTokens + ", is " + minTokens);
    }
    if (stop.contains("")) {
      problems.add("stop must hold no empty text");
    }
    for (int token : stopTokenIds) {
      check(problems, token >= 0, "stop-token-ids", "0 or more", token);
    }
  }

  private void beamProblems(List<String> problems) {
    check(problems, n >= 1, "n", "1 or more", n);
    check(problems, beamWidth >= 0, "beam-width", "0 (off) or more", beamWidth);
    if (beamWidth > 0 && beamWidth < n) {
      problems.add("beam-width must be at least n, " + n + ", is " + beamWidth);
    }
    if (beamWidth > 0 && temperature > 0) {
      problems.add("temperature must be 0 with beam-width, is " + temperature);
    }
  }

  private static boolean finite(double value) {
    return Double.isFinite(value);
  }

  private static void check(
      List<String> problems, boolean allowed, String name, String range, Number value) {
    if (!allowed) {
      problems.add(name + " must be " + range + ", is " + value);
    }
  }
}
