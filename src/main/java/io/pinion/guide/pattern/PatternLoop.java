package io.pinion.guide.pattern;

import io.pinion.guide.regex.Regex;
import java.util.EnumMap;
import java.util.Map;

/**
 * A repeat without an upper bound of something with anchors or lookahead, as it is compiled: one
 * expression for each kind of character that may stand before a round. Not thread-safe.
 */
final class PatternLoop {
  final Pattern inner;
  final Pending rest;
  final Regex after;
  final boolean some;
  private final Map<Before, Regex.Loop> rounds = new EnumMap<>(Before.class);

  PatternLoop(Pattern inner, Pending rest, Regex after, boolean some) {
    this.inner = inner;
    this.rest = rest;
    this.after = after;
    this.some = some;
  }

  boolean looksBack() {
    return inner.looksBack() || rest != null && rest.looksBack();
  }

  Regex.Loop round(Before before) {
    return rounds.get(before);
  }

  void round(Before before, Regex.Loop round) {
    rounds.put(before, round);
  }

  /** What stands before a place of the text. */
  enum Before {
    /** Nothing. */
    START,
    /** What is no part of the pattern's text, and not known. */
    BEYOND,
    /** Some character; where that matters, one of the others is told. */
    SOMETHING,
    WORD,
    OTHER,
    /** A character that only some engines take for part of a word. */
    UNSURE
  }

  /**
   * Patterns that are to be matched one after another.
   *
   * @param looksBack whether one of them looks at the character before it
   */
  record Pending(Pattern pattern, Pending next, boolean looksBack) {
    Pending(Pattern pattern, Pending next) {
      this(pattern, next, pattern.looksBack() || next != null && next.looksBack);
    }
  }
}
