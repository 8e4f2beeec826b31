package io.pinion.guide.pattern;

import io.pinion.guide.regex.Regex;
import io.pinion.guide.set.CodePoints;
import java.util.List;

/** The syntax tree of a regular expression over code points. */
sealed interface Pattern {
  /** The empty text. */
  record Empty() implements Pattern {}

  /** One code point of a set. */
  record Chars(CodePoints set) implements Pattern {}

  record Sequence(List<Pattern> parts) implements Pattern {}

  record Choice(List<Pattern> parts) implements Pattern {}

  /** From {@code least} to {@code most} repetitions; {@link Regex#UNBOUNDED} for no maximum. */
  record Repeated(Pattern inner, int least, int most) implements Pattern {}

  /** The start of the text. */
  record Start() implements Pattern {}

  /** The end of the text. */
  record End() implements Pattern {}

  /** A lookahead: what follows must, or must not, begin with the inner pattern. */
  record Ahead(Pattern inner, boolean negative) implements Pattern {}

  /** Whether the pattern is free of anchors and lookahead, so that it means the same everywhere. */
  default boolean simple() {
    if (this instanceof Sequence sequence) {
      return sequence.parts.stream().allMatch(Pattern::simple);
    } else if (this instanceof Choice choice) {
      return choice.parts.stream().allMatch(Pattern::simple);
    } else if (this instanceof Repeated repeated) {
      return repeated.inner.simple();
    }
    return this instanceof Empty || this instanceof Chars;
  }
}
