package io.pinion.generate.draft;

import io.pinion.generate.sequence.Sequence;

/**
 * Guesses a sequence's next token from its prompt and what was generated so far: the one that
 * followed its last tokens where they stand before. Texts that quote their prompt or repeat
 * themselves are guessed well, and no second model is needed (Saxena, <a
 * href="https://github.com/apoorvumang/prompt-lookup-decoding">Prompt lookup decoding</a>, 2023).
 */
final class PromptLookup {
  /** More equal tokens say little more: with 5 as many guesses are right. */
  static final int LONGEST = 3;

  private PromptLookup() {}

  /**
   * The token that followed the latest of the longest matches of a sequence's last tokens, {@link
   * #LONGEST} of them at most; negative where fewer than {@code least} match.
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

  /** How many tokens up to two indexes are the same, {@link #LONGEST} at most. */
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
