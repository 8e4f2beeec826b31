package io.pinion.generate.draft;

import io.pinion.generate.sequence.Sequence;
import java.util.Arrays;

/**
 * Remembers which token last followed each trigram of tokens, in any sequence: the rows of a job
 * answer the same question, often in the same words.
 *
 * <p>Entries are found by hash and store no key: after a collision the guess is wrong, which costs
 * no more than having none. Generated text does not depend on guesses, so sequences stay
 * independent of each other.
 */
final class NgramTable {
  private static final int TOKENS = 3;
  private static final int BITS = 16;
  private static final int NONE = -1;

  private final int[] followers = new int[1 << BITS];

  NgramTable() {
    Arrays.fill(followers, NONE);
  }

  /** Learns the tokens of a sequence, from an index on. */
  void learn(Sequence sequence, int from) {
    for (int i = Math.max(from, TOKENS); i < sequence.total(); i++) {
      followers[entry(sequence, i)] = sequence.tokenAt(i);
    }
  }

  /** The token that last followed a sequence's last three tokens; negative if none is known. */
  int next(Sequence sequence) {
    return sequence.total() < TOKENS ? NONE : followers[entry(sequence, sequence.total())];
  }

  private static int entry(Sequence sequence, int end) {
    long hash = 0;
    for (int i = 1; i <= TOKENS; i++) {
      hash = (hash + sequence.tokenAt(end - i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) (hash * 0x9E3779B97F4A7C15L >>> 64 - BITS);
  }
}
