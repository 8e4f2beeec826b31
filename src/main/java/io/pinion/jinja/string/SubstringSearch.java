package io.pinion.jinja.string;

import io.pinion.jinja.limit.Budget;

/**
 * Looks for one text within others, in time linear in both lengths.
 *
 * <p>{@code String.indexOf} may compare the whole part at each place, which takes hours for long
 * repetitive texts. Parts of more than {@link #SHORT} characters are found by Knuth, Morris and
 * Pratt's algorithm instead: where a character differs, the table of borders says how much of the
 * part is matched all the same, so that no character of the text is read twice.
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

  /** Looks from the begin on. Counts the reading of the part; the caller counts each text's. */
  public static SubstringSearch fromBegin(String part, Budget budget) {
    return new SubstringSearch(part, false, budget);
  }

  /** Looks from the end on; counts likewise. */
  public static SubstringSearch fromEnd(String part, Budget budget) {
    return new SubstringSearch(part, true, budget);
  }

  /** Where the part stands first in the whole text; -1 where it does not. */
  public int find(String text) {
    return find(text, backwards ? text.length() : 0);
  }

  /** Where the part stands first if what is before {@code from}, as one looks, is left out. */
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

  /** By the length of a piece that begins the part, how long a shorter one begins and ends it. */
  private void computeBorders() {
    borders = new int[part.length() + 1];
    for (int length = 2; length <= part.length(); length++) {
      borders[length] = extended(borders[length - 1], at(length - 1));
    }
  }

  /** How much of the part is matched after one more character. */
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
