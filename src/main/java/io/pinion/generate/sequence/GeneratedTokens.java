package io.pinion.generate.sequence;

import java.util.Arrays;

/** The tokens of a completion with their log probabilities. Not thread-safe. */
final class GeneratedTokens {
  private int[] tokens;
  private float[] logprobs;
  private int length;

  GeneratedTokens() {
    this(new int[16], new float[16], 0);
  }

  private GeneratedTokens(int[] tokens, float[] logprobs, int length) {
    this.tokens = tokens;
    this.logprobs = logprobs;
    this.length = length;
  }

  /** An independent copy. */
  GeneratedTokens fork() {
    return new GeneratedTokens(tokens.clone(), logprobs.clone(), length);
  }

  int length() {
    return length;
  }

  int at(int index) {
    return tokens[index];
  }

  int last() {
    return tokens[length - 1];
  }

  /** The tokens from an index on. */
  int[] from(int index) {
    return Arrays.copyOfRange(tokens, index, length);
  }

  float[] logprobs() {
    return Arrays.copyOf(logprobs, length);
  }

  boolean sameAs(GeneratedTokens other) {
    return Arrays.equals(tokens, 0, length, other.tokens, 0, other.length);
  }

  void add(int token, float logprob) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
      logprobs = Arrays.copyOf(logprobs, 2 * length);
    }
    tokens[length] = token;
    logprobs[length++] = logprob;
  }

  void removeLast() {
    length--;
  }
}
