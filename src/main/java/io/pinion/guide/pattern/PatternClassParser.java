package io.pinion.guide.pattern;

import io.pinion.guide.set.CharacterSet;
import io.pinion.guide.set.CodePoints;
import io.pinion.guide.set.UnicodeClasses;

/** Parses escapes and bracketed classes at the position of a {@link PatternParser}. */
final class PatternClassParser {
  private static final CharacterSet BLANKS =
      CharacterSet.of(CodePoints.each("\n\u000b\f\r\u0085\u2028\u2029"));

  private final PatternParser parser;
  private final Dialect dialect;

  /** Whether the last escape stood for one code point, so that it can begin or end a range. */
  private boolean single;

  PatternClassParser(PatternParser parser) {
    this.parser = parser;
    this.dialect = parser.dialect;
  }

  /** The class after its opening bracket. */
  CharacterSet bracketed() {
    boolean negated = parser.take('^');
    CharacterSet.Builder found = new CharacterSet.Builder();
    if (parser.peek() == ']' && dialect != Dialect.ECMASCRIPT) {
      if (dialect == Dialect.COMMON) {
        throw parser.ambiguous("a ] at the start of a class", "\\]");
      }
      found.add(parser.fold(member()));
    }
    while (!parser.take(']')) {
      refuseOperators();
      CharacterSet from = member();
      if (parser.peek() != '-' || parser.peek(1) == ']') {
        found.add(single ? parser.fold(from) : from);
      } else {
        range(from, single, found);
      }
    }
    CharacterSet set = found.build();
    return negated ? set.complement() : set;
  }

  private void range(CharacterSet from, boolean begins, CharacterSet.Builder into) {
    if (!begins && dialect != Dialect.ECMASCRIPT) {
      throw parser.ambiguous("a - after a class inside a class", "\\-");
    }
    if (!begins) {
      into.add(from);
      return;
    }
    parser.take('-');
    CharacterSet to = member();
    if (!single && dialect != Dialect.ECMASCRIPT) {
      throw parser.ambiguous("a range that ends in a class", "\\-");
    }
    if (!single) {
      into.add(from);
      into.add(CharacterSet.of(CodePoints.of('-')));
      into.add(to);
    } else if (from.every().first(0) > to.every().first(0)) {
      throw parser.fault("has a range whose end is before its start");
    } else {
      CodePoints range = CodePoints.range(from.every().first(0), to.every().first(0));
      into.add(parser.fold(CharacterSet.of(range)));
    }
  }

  /** Some engines take these for operations on sets. */
  private void refuseOperators() {
    if (dialect != Dialect.COMMON) {
      return;
    }
    if (parser.peek() == '[') {
      throw parser.ambiguous("a [ inside a class", "\\[, or the characters of the inner class");
    }
    for (char c : new char[] {'&', '-', '|', '~'}) {
      if (parser.peek() == c && parser.peek(1) == c) {
        throw parser.ambiguous(
            "" + c + c + " inside a class",
            "\\" + c + " once, or the characters that are left, as with (?=[^aeiou])[a-z]");
      }
    }
  }

  private CharacterSet member() {
    if (parser.peek() == '\\') {
      if (parser.peek(1) == 'b') {
        parser.codePoint();
        parser.codePoint();
        single = true;
        return one('\b');
      }
      return escape();
    }
    single = true;
    return one(parser.codePoint());
  }

  /** The code points of an escape outside of brackets. The position is at its backslash. */
  CharacterSet alone() {
    CharacterSet set = escape();
    return single ? parser.fold(set) : set;
  }

  private CharacterSet escape() {
    parser.codePoint();
    single = false;
    int c = parser.codePoint();
    switch (c) {
      case 'd':
        return parser.shorthands().digits();
      case 'D':
        return parser.shorthands().digits().complement();
      case 'w':
        return parser.shorthands().words();
      case 'W':
        return parser.shorthands().words().complement();
      case 's':
        return parser.shorthands().spaces();
      case 'S':
        return parser.shorthands().spaces().complement();
      case 'p':
        return read(property());
      case 'P':
        return read(property()).complement();
      default:
        single = true;
        CharacterSet one = one(character(c));
        return c == 'v' && dialect == Dialect.COMMON
            ? CharacterSet.between(one.every(), BLANKS.some())
            : one;
    }
  }

  private CharacterSet one(int codePoint) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      throw parser.unsupported("a lone surrogate");
    }
    return CharacterSet.of(CodePoints.of(codePoint));
  }

  private CharacterSet read(CodePoints property) {
    return dialect == Dialect.COMMON
        ? CharacterSet.between(property, Shorthands.Common.UNASSIGNED)
        : CharacterSet.of(property);
  }

  private CodePoints property() {
    if (!parser.take('{')) {
      return UnicodeClasses.named(Character.toString(parser.codePoint()));
    }
    String name = parser.until('}');
    return name.startsWith("^") ? named(name.substring(1)).complement() : named(name);
  }

  /** A property; three names are of ASCII alone in Java, and of all letters elsewhere. */
  private CodePoints named(String name) {
    String everywhere =
        switch (name) {
          case "Alpha" -> "Alphabetic";
          case "Upper" -> "Uppercase";
          case "Lower" -> "Lowercase";
          case "space" -> "White_Space";
          default -> name;
        };
    if (dialect == Dialect.COMMON && !everywhere.equals(name)) {
      throw parser.ambiguous(
          "\\p{" + name + "}", "\\p{" + everywhere + "}, or the ASCII letters, as in [A-Za-z]");
    }
    CodePoints set = UnicodeClasses.named(everywhere);
    if (dialect == Dialect.COMMON && parser.ignoresCase() && !set.foldEveryCase().equals(set)) {
      throw parser.ambiguous("\\p{" + name + "} under the flag i", "\\p{L}");
    }
    return set;
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
        if (dialect == Dialect.PYTHON) {
          return 0x07;
        }
        throw parser.ambiguous("\\a", "\\x07");
      case 'e':
        throw parser.ambiguous("\\e", "\\x1B");
      case 'h':
        throw parser.ambiguous("\\h", "[\\t\\p{Zs}]");
      case '0':
        return octal();
      case 'c':
        return control();
      case 'x':
        if (parser.peek() == '{') {
          throw parser.ambiguous("\\x{", "the character itself");
        }
        return parser.hex(2);
      case 'u':
        return parser.peek() == '{' ? braced() : utf16();
      case 'U':
        if (dialect == Dialect.PYTHON) {
          return codePoint(parser.hex(8));
        }
        throw parser.ambiguous("\\U", "the character itself");
      default:
        return other(c);
    }
  }

  private int other(int c) {
    boolean digits = c >= '1' && c <= '3' && isOctal(parser.peek()) && isOctal(parser.peek(1));
    if (dialect == Dialect.PYTHON && digits) {
      return (c - '0') * 64 + (parser.codePoint() - '0') * 8 + parser.codePoint() - '0';
    }
    if (c >= '1' && c <= '9') {
      throw parser.ambiguous("\\" + (char) c, "a character by its code, as in \\x0A");
    }
    if (c < 128 && Character.isLetterOrDigit(c)) {
      throw parser.unsupported("the escape \\" + (char) c);
    }
    return c;
  }

  private static boolean isOctal(int c) {
    return c >= '0' && c <= '7';
  }

  /** After a backslash and a zero. */
  private int octal() {
    if (dialect != Dialect.PYTHON) {
      if (parser.peek() >= '0' && parser.peek() <= '9') {
        throw parser.ambiguous("an octal escape", "the code in hexadecimal digits, as in \\x0A");
      }
      return 0;
    }
    int value = 0;
    for (int digits = 0; digits < 2 && isOctal(parser.peek()); digits++) {
      value = value * 8 + parser.codePoint() - '0';
    }
    return value;
  }

  private int control() {
    int letter = parser.codePoint();
    boolean upper = letter >= 'A' && letter <= 'Z';
    boolean lower = letter >= 'a' && letter <= 'z';
    if (!upper && !(lower && dialect == Dialect.ECMASCRIPT) || dialect == Dialect.PYTHON) {
      throw parser.ambiguous("\\c", "the code in hexadecimal digits, as in \\x0A");
    }
    return letter & 0x1f;
  }

  private int braced() {
    if (dialect != Dialect.ECMASCRIPT) {
      throw parser.ambiguous("\\u{", "the character itself");
    }
    parser.take('{');
    String digits = parser.until('}');
    if (!digits.matches("[0-9a-fA-F]{1,6}")) {
      throw parser.fault("has the invalid code point " + digits);
    }
    return codePoint(Integer.parseInt(digits, 16));
  }

  private int codePoint(int value) {
    if (value < 0 || value > CodePoints.LAST) {
      throw parser.fault("has a code point beyond Unicode");
    }
    return value;
  }

  private int utf16() {
    int unit = parser.hex(4);
    if (Character.isHighSurrogate((char) unit)
        && parser.peek() == '\\'
        && parser.peek(1) == 'u'
        && parser.peek(2) != '{') {
      if (dialect != Dialect.ECMASCRIPT) {
        throw parser.ambiguous("a character as two surrogates", "the character itself");
      }
      parser.codePoint();
      parser.codePoint();
      int low = parser.hex(4);
      if (!Character.isLowSurrogate((char) low)) {
        throw parser.unsupported("a lone surrogate");
      }
      return Character.toCodePoint((char) unit, (char) low);
    }
    return unit;
  }
}
