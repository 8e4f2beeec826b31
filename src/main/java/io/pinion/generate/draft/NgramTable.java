package io.pinion.generate.draft;

import io.pinion.generate.sequence.Sequence;
import java.util.Arrays;

/**
 * What followed three tokens when they were last generated, in any row: rows of a job answer the
 * same question, and so often in the same words.
 *
 * <p>Places are taken by hash, and nothing says whose they are: another three tokens' follower is a
 * wrong guess, which costs no more than none. Tokens do not depend on guesses, so that a row need
 * not know its neighbours.
 */
final class NgramTable {
  private static final int TOKENS = 3;
  private static final int BITS = 16;
  private static final int NONE = -1;

  private final int[] followers = new int[1 << BITS];

  NgramTable() {
    Arrays.fill(followers, NONE);
  }

  /** Learns the tokens that a sequence generated from a place on. */
  void learn(Sequence sequence, int from) {
    for (int place = Math.max(from, TOKENS); place < sequence.total(); place++) {
      followers[place(sequence, place)] = sequence.tokenAt(place);
    }
  }

  /** The token that followed a sequence's last three; negative where none is known. */
  int next(Sequence sequence) {
    return sequence.total() < TOKENS ? NONE : followers[place(sequence, sequence.total())];
  }

  private static int place(Sequence sequence, int end) {
    long hash = 0;
    for (int i = 1; i <= TOKENS; i++) {
      hash = (hash + sequence.tokenAt(end - i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 32;
    }
    return (int) (hash * 0x9E3779B97F4A7C15L >>> 64 - BITS);
  }
}
