package io.pinion.generate.draft;

import io.pinion.generate.sequence.Sequence;
import java.util.Arrays;

/**
 * Which token followed three others when they were last generated, in any sequence: rows of a job
 * answer the same question, and so often in the same words.
 *
 * <p>Entries are found by hash, and hold no key: another trigram's follower is a wrong guess, which
 * costs no more than none. What is generated does not depend on guesses, so sequences stay
 * independent of one another.
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

  /** The token that followed a sequence's last three; negative where none is known. */
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
