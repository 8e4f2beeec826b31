package io.pinion.guide.pattern;

import io.pinion.guide.set.CharacterSet;
import io.pinion.guide.set.CodePoints;
import io.pinion.guide.set.UnicodeClasses;

/**
 * The characters of {@code \d}, {@code \w} and {@code \s}, and those that {@code .} does not take.
 * Each dialect's are made when they are first asked for.
 */
record Shorthands(
    CharacterSet digits, CharacterSet words, CharacterSet spaces, CharacterSet lineBreaks) {

  /** Of ECMA-262. */
  static final class EcmaScript {
    static final Shorthands ALL =
        new Shorthands(
            CharacterSet.of(UnicodeClasses.DIGITS),
            CharacterSet.of(UnicodeClasses.WORDS),
            CharacterSet.of(UnicodeClasses.SPACES),
            CharacterSet.of(UnicodeClasses.LINE_BREAKS));

    private EcmaScript() {}
  }

  /** Of Python's {@code re} under the flag a. */
  static final class Ascii {
    static final Shorthands ALL =
        new Shorthands(
            CharacterSet.of(UnicodeClasses.DIGITS),
            CharacterSet.of(UnicodeClasses.WORDS),
            CharacterSet.of(CodePoints.each("\t\n\u000b\f\r ")),
            CharacterSet.of(CodePoints.of('\n')));

    private Ascii() {}
  }

  /** Of Python's {@code re} on texts. */
  static final class Python {
    static final Shorthands ALL =
        new Shorthands(
            CharacterSet.of(UnicodeClasses.named("Nd")),
            CharacterSet.of(
                UnicodeClasses.named("L")
                    .union(UnicodeClasses.named("N"))
                    .union(CodePoints.of('_'))),
            CharacterSet.of(
                CodePoints.each("\t\n\u000b\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000")
                    .union(CodePoints.range(0x1c, 0x1f))
                    .union(CodePoints.range(0x2000, 0x200a))),
            CharacterSet.of(CodePoints.of('\n')));

    private Python() {}
  }

  /**
   * Of all three, Java's included. A code point that is not assigned yet may be of any class in an
   * engine that knows a later version of Unicode.
   */
  static final class Common {
    static final CodePoints UNASSIGNED = UnicodeClasses.named("Cn");

    static final Shorthands ALL =
        new Shorthands(
            CharacterSet.between(UnicodeClasses.DIGITS, Python.ALL.digits.some().union(UNASSIGNED)),
            CharacterSet.between(
                UnicodeClasses.WORDS,
                Python.ALL
                    .words
                    .some()
                    .union(UNASSIGNED)
                    .union(UnicodeClasses.named("M"))
                    .union(UnicodeClasses.named("Pc"))
                    .union(UnicodeClasses.named("Alphabetic"))
                    .union(CodePoints.each("\u200c\u200d"))),
            CharacterSet.between(
                CodePoints.each("\t\n\u000b\f\r "),
                UnicodeClasses.SPACES.union(Python.ALL.spaces.some())),
            CharacterSet.between(
                CodePoints.of('\n'), UnicodeClasses.LINE_BREAKS.union(CodePoints.of(0x85))));

    private Common() {}
  }
}
