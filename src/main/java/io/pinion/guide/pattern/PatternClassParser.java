package io.pinion.guide.pattern;

import io.pinion.guide.set.CodePoints;
import io.pinion.guide.set.UnicodeClasses;

/** Parses escapes and bracketed classes at the position of a {@link PatternParser}. */
final class PatternClassParser {
  private final PatternParser parser;

  /** Whether the last escape stood for one code point, so that it can begin or end a range. */
  private boolean single;

  PatternClassParser(PatternParser parser) {
    this.parser = parser;
  }

  /** The class after its opening bracket. */
  CodePoints bracketed() {
    boolean negated = parser.take('^');
    CodePoints found = CodePoints.NONE;
    while (!parser.take(']')) {
      CodePoints from = member();
      boolean range = single && parser.peek() == '-' && parser.peek(1) != ']';
      if (!range) {
        found = found.union(from);
        continue;
      }
      parser.take('-');
      CodePoints to = member();
      if (!single) {
        found = found.union(from).union(CodePoints.of('-')).union(to);
      } else if (from.first(0) > to.first(0)) {
        throw parser.fault("has a range whose end is before its start");
      } else {
        found = found.union(CodePoints.range(from.first(0), to.first(0)));
      }
    }
    return negated ? found.complement() : found;
  }

  private CodePoints member() {
    if (parser.peek() == '\\') {
      if (parser.peek(1) == 'b') {
        parser.codePoint();
        parser.codePoint();
        single = true;
        return CodePoints.of('\b');
      }
      return escape();
    }
    single = true;
    return one(parser.codePoint());
  }

  /** The code points of an escape. The position is at its backslash. */
  CodePoints escape() {
    parser.codePoint();
    single = false;
    int c = parser.codePoint();
    switch (c) {
      case 'd':
        return UnicodeClasses.DIGITS;
      case 'D':
        return UnicodeClasses.DIGITS.complement();
      case 'w':
        return UnicodeClasses.WORDS;
      case 'W':
        return UnicodeClasses.WORDS.complement();
      case 's':
        return UnicodeClasses.SPACES;
      case 'S':
        return UnicodeClasses.SPACES.complement();
      case 'h':
        return UnicodeClasses.named("Zs").union(CodePoints.of('\t'));
      case 'p':
        return property();
      case 'P':
        return property().complement();
      default:
        single = true;
        return one(character(c));
    }
  }

  private CodePoints one(int codePoint) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      throw parser.unsupported("a lone surrogate");
    }
    return CodePoints.of(codePoint);
  }

  private CodePoints property() {
    if (!parser.take('{')) {
      return UnicodeClasses.named(Character.toString(parser.codePoint()));
    }
    String name = parser.until('}');
    return name.startsWith("^")
        ? UnicodeClasses.named(name.substring(1)).complement()
        : UnicodeClasses.named(name);
  }

  private int character(int c) {
    switch (c) {
      case 't':
        return '\t';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 'f':
        return '\f';
      case 'v':
        return 0x0b;
      case 'a':
        return 0x07;
      case 'e':
        return 0x1b;
      case '0':
        return 0;
      case 'c':
        return parser.codePoint() & 0x1f;
      case 'x':
        return parser.peek() == '{' ? braced() : parser.hex(2);
      case 'u':
        return parser.peek() == '{' ? braced() : utf16();
      default:
        if (c < 128 && Character.isLetterOrDigit(c)) {
          throw parser.unsupported("the escape \\" + (char) c);
        }
        return c;
    }
  }

  private int braced() {
    parser.take('{');
    String digits = parser.until('}');
    if (!digits.matches("[0-9a-fA-F]{1,6}") || Integer.parseInt(digits, 16) > CodePoints.LAST) {
      throw parser.fault("has the invalid code point " + digits);
    }
    return Integer.parseInt(digits, 16);
  }

  private int utf16() {
    int unit = parser.hex(4);
    if (Character.isHighSurrogate((char) unit)
        && parser.peek() == '\\'
        && parser.peek(1) == 'u'
        && parser.peek(2) != '{') {
      parser.codePoint();
      parser.codePoint();
      return Character.toCodePoint((char) unit, (char) parser.hex(4));
    }
    return unit;
  }
}
