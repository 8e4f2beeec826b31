package io.pinion.guide.pattern;

import io.pinion.guide.regex.Regex;
import io.pinion.guide.set.CharacterSet;
import java.util.List;

/** The syntax tree of a regular expression over code points. Immutable. */
public sealed interface Pattern {
  /** The empty text. */
  record Empty() implements Pattern {}

  /** One code point of a set. */
  record Chars(CharacterSet set) implements Pattern {}

  /** An expression without anchors and lookahead that was made elsewhere. */
  record Made(Regex regex) implements Pattern {}

  record Sequence(List<Pattern> parts) implements Pattern {}

  record Choice(List<Pattern> parts) implements Pattern {}

  /** From {@code least} to {@code most} repetitions; {@link Regex#UNBOUNDED} for no maximum. */
  record Repeated(Pattern inner, int least, int most) implements Pattern {}

  /** The start of the text. */
  record Start() implements Pattern {}

  /** The end of the text; a last line break may follow where that is said. */
  record End(LastBreak lastBreak) implements Pattern {}

  /** Whether a line break may stand between an end anchor and the end of the text. */
  enum LastBreak {
    NEVER,
    ALWAYS,
    /** In some engines alone. */
    SOMETIMES
  }

  /** A place between a word character of a set and another one, or one that is not such a place. */
  record Boundary(CharacterSet words, boolean negative) implements Pattern {}

  /** A lookahead: what follows must, or must not, begin with the inner pattern. */
  record Ahead(Pattern inner, boolean negative) implements Pattern {}

  /** Another round of a loop. */
  record Again(PatternLoop loop) implements Pattern {}

  /** Whether the pattern is free of anchors and lookahead, so that it means the same everywhere. */
  default boolean simple() {
    if (this instanceof Sequence sequence) {
      return sequence.parts.stream().allMatch(Pattern::simple);
    } else if (this instanceof Choice choice) {
      return choice.parts.stream().allMatch(Pattern::simple);
    } else if (this instanceof Repeated repeated) {
      return repeated.inner.simple();
    }
    return this instanceof Empty || this instanceof Chars || this instanceof Made;
  }

  /** Whether what the pattern takes depends on the character before it. */
  default boolean looksBack() {
    if (this instanceof Sequence sequence) {
      return sequence.parts.stream().anyMatch(Pattern::looksBack);
    } else if (this instanceof Choice choice) {
      return choice.parts.stream().anyMatch(Pattern::looksBack);
    } else if (this instanceof Repeated repeated) {
      return repeated.inner.looksBack();
    } else if (this instanceof Ahead ahead) {
      return ahead.inner.looksBack();
    } else if (this instanceof Again again) {
      return again.loop.looksBack();
    }
    return this instanceof Boundary;
  }

  /** Whether the pattern may match without taking a character. */
  default boolean mayBeEmpty() {
    if (this instanceof Sequence sequence) {
      return sequence.parts.stream().allMatch(Pattern::mayBeEmpty);
    } else if (this instanceof Choice choice) {
      return choice.parts.stream().anyMatch(Pattern::mayBeEmpty);
    } else if (this instanceof Repeated repeated) {
      return repeated.least == 0 || repeated.inner.mayBeEmpty();
    } else if (this instanceof Made made) {
      return made.regex.nullable;
    }
    return !(this instanceof Chars);
  }
}
