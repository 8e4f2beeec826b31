package io.pinion.jinja.string;

import io.pinion.jinja.limit.Budget;

/**
 * Searches for a substring in time linear in both lengths.
 *
 * <p>{@code String.indexOf} may compare the complete substring at each position, which takes hours
 * for long repetitive texts. Substrings of more than {@link #SHORT} characters are found by the
 * Knuth-Morris-Pratt algorithm instead: at a mismatch, the table of borders says how much of the
 * substring still matches, so that no character of the text is read twice.
 *
 * <p>Not thread-safe.
 */
public final class SubstringSearch {
  private static final int SHORT = 16;

  private final String part;
  private final boolean backwards;
  private int[] borders;

  private SubstringSearch(String part, boolean backwards, Budget budget) {
    this.part = part;
    this.backwards = backwards;
    budget.read(part);
  }

  /** Searches forwards. Counts reading the substring in the budget; the caller counts each text. */
  public static SubstringSearch fromBegin(String part, Budget budget) {
    return new SubstringSearch(part, false, budget);
  }

  /** Searches backwards; counts in the budget as {@link #fromBegin} does. */
  public static SubstringSearch fromEnd(String part, Budget budget) {
    return new SubstringSearch(part, true, budget);
  }

  /** The index of the first occurrence, in the direction of the search; -1 if there is none. */
  public int find(String text) {
    return find(text, backwards ? text.length() : 0);
  }

  /**
   * The first occurrence that lies entirely beyond {@code from}, in the direction of the search.
   */
  public int find(String text, int from) {
    if (part.length() > SHORT) {
      return backwards ? scan(text, from - 1, -1, -1) : scan(text, from, text.length(), 1);
    }
    return backwards ? text.lastIndexOf(part, from - part.length()) : text.indexOf(part, from);
  }

  private int scan(String text, int from, int to, int direction) {
    if (Math.abs(to - from) < part.length()) {
      return -1;
    }
    if (borders == null) {
      computeBorders();
    }
    int matched = 0;
    for (int i = from; i != to; i += direction) {
      matched = extended(matched, text.charAt(i));
      if (matched == part.length()) {
        return backwards ? i : i - matched + 1;
      }
    }
    return -1;
  }

  /**
   * For each prefix length, the length of the longest shorter string that both begins and ends that
   * prefix.
   */
  private void computeBorders() {
    borders = new int[part.length() + 1];
    for (int length = 2; length <= part.length(); length++) {
      borders[length] = extended(borders[length - 1], at(length - 1));
    }
  }

  /** How many characters of the substring match after one more character of the text. */
  private int extended(int matched, char next) {
    int length = matched;
    while (length > 0 && at(length) != next) {
      length = borders[length];
    }
    return at(length) == next ? length + 1 : 0;
  }

  private char at(int index) {
    return part.charAt(backwards ? part.length() - 1 - index : index);
  }
}
