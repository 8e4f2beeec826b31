package io.pinion.generate.draft;

import io.pinion.generate.sequence.Sequence;

/**
 * Guesses a sequence's next token from its own prompt and completion: the token that followed an
 * earlier occurrence of its last tokens. It works well for texts that quote their prompt or repeat
 * themselves, and needs no second model (Saxena, <a
 * href="https://github.com/apoorvumang/prompt-lookup-decoding">Prompt lookup decoding</a>, 2023).
 */
final class PromptLookup {
  /** Longer matches do not help: with 5 as many guesses are right. */
  static final int LONGEST = 3;

  private PromptLookup() {}

  /**
   * The token that followed the latest of the longest matches of a sequence's last tokens, at most
   * {@link #LONGEST} of them; negative if fewer than {@code least} match.
   */
  static int next(Sequence sequence, int least) {
    int last = sequence.total() - 1;
    int best = least - 1;
    int found = -1;
    for (int end = last - 1; end >= 0 && best < LONGEST; end--) {
      int equal = equal(sequence, end, last);
      if (equal > best) {
        best = equal;
        found = sequence.tokenAt(end + 1);
      }
    }
    return found;
  }

  /** Number of equal tokens up to and including two indexes, at most {@link #LONGEST}. */
  private static int equal(Sequence sequence, int end, int last) {
    int count = 0;
    while (count < LONGEST
        && count <= end
        && sequence.tokenAt(end - count) == sequence.tokenAt(last - count)) {
      count++;
    }
    return count;
  }
}
