package io.pinion.guide.pattern;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.set.CharacterSet;
import io.pinion.guide.set.CodePoints;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses patterns as a {@link Dialect} reads them. Features that are not regular (backreferences,
 * possessive quantifiers) or not supported (lookbehind) are refused by name.
 */
final class PatternParser extends PatternReader {
  private static final int DEEPEST = 250;
  private static final int MAX_REPEATS = 1_000_000_000;

  final Dialect dialect;
  private int depth;
  private PatternFlags flags = PatternFlags.NONE;

  /** Whether nothing but flags came so far. */
  private boolean beginning = true;

  private PatternParser(String text, Dialect dialect) {
    super(text);
    this.dialect = dialect;
  }

  /**
   * Parses a pattern to its syntax tree.
   *
   * @param flags the letters of the flags set from the start
   * @throws UnsupportedGuideException for what is not supported, or has several readings
   * @throws GuideException for invalid syntax
   */
  static Pattern parse(String text, String flags, Dialect dialect) {
    PatternParser parser = new PatternParser(text, dialect);
    for (char flag : flags.toCharArray()) {
      parser.flags = parser.flag(flag, true);
    }
    Pattern pattern = parser.choice();
    if (!parser.atEnd()) {
      throw parser.fault("has a ) without (");
    }
    return pattern;
  }

  Shorthands shorthands() {
    return flags.ascii() ? Shorthands.Ascii.ALL : dialect.shorthands();
  }

  boolean ignoresCase() {
    return flags.ignoreCase();
  }

  /** The other cases too of what stands for itself, where case is ignored. */
  CharacterSet fold(CharacterSet set) {
    if (!flags.ignoreCase()) {
      return set;
    }
    return dialect == Dialect.PYTHON ? set.foldEveryCase() : set.foldCase();
  }

  private Pattern choice() {
    if (++depth > DEEPEST) {
      throw new GuideLimitException("the pattern nests deeper than " + DEEPEST + " groups");
    }
    PatternFlags outer = flags;
    List<Pattern> parts = new ArrayList<>();
    parts.add(sequence());
    while (take('|')) {
      beginning = false;
      parts.add(sequence());
    }
    flags = outer;
    depth--;
    return parts.size() == 1 ? parts.get(0) : new Pattern.Choice(parts);
  }

  private Pattern sequence() {
    List<Pattern> parts = new ArrayList<>();
    space();
    while (!atEnd() && peek() != '|' && peek() != ')') {
      Pattern atom = atom();
      if (atom != null) {
        beginning = false;
        space();
        parts.add(quantified(atom));
      }
      space();
    }
    return parts.size() == 1 ? parts.get(0) : new Pattern.Sequence(parts);
  }

  /** Passes what the flag x leaves out: white space and comments. */
  private void space() {
    while (flags.verbose() && !atEnd()) {
      if (" \t\n\r\f\u000b".indexOf(peek()) >= 0) {
        at++;
      } else if (peek() == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  /** The next atom; null for a group that only sets flags, or a comment. */
  private Pattern atom() {
    int c = peek();
    switch (c) {
      case '(':
        at++;
        return group();
      case '[':
        at++;
        return new Pattern.Chars(new PatternClassParser(this).bracketed());
      case '.':
        at++;
        return new Pattern.Chars(
            flags.dotAll()
                ? CharacterSet.of(CodePoints.ALL)
                : dialect.shorthands().lineBreaks().complement());
      case '^':
        at++;
        return anchor('^', new Pattern.Start());
      case '$':
        at++;
        return anchor('$', new Pattern.End(lastBreak()));
      case '*', '+', '?':
        throw fault("has nothing to repeat before " + (char) c);
      case '\\':
        return escape();
      default:
        if (c == '{' && counts() != null) {
          throw fault("has nothing to repeat before {");
        }
        return new Pattern.Chars(fold(CharacterSet.of(character(codePoint()))));
    }
  }

  private CodePoints character(int codePoint) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
      throw unsupported("a lone surrogate");
    }
    return CodePoints.of(codePoint);
  }

  private Pattern anchor(char c, Pattern anchor) {
    if (flags.multiLine()) {
      throw unsupported("the anchor " + c + " under the flag m");
    }
    return anchor;
  }

  private Pattern.LastBreak lastBreak() {
    return switch (dialect) {
      case ECMASCRIPT -> Pattern.LastBreak.NEVER;
      case PYTHON -> Pattern.LastBreak.ALWAYS;
      case COMMON -> Pattern.LastBreak.SOMETIMES;
    };
  }

  private Pattern escape() {
    int c = peek(1);
    switch (c) {
      case 'A', 'Z':
        if (dialect != Dialect.PYTHON) {
          throw ambiguous("\\" + (char) c, c == 'A' ? "^" : "$");
        }
        at += 2;
        return c == 'A' ? new Pattern.Start() : new Pattern.End(Pattern.LastBreak.NEVER);
      case 'z':
        throw ambiguous("\\z", "$");
      case 'Q', 'E':
        throw ambiguous("\\" + (char) c, "a backslash before each character, as in \\.");
      case 'b', 'B':
        at += 2;
        return new Pattern.Boundary(shorthands().words(), c == 'B');
      case '1', '2', '3', '4', '5', '6', '7', '8', '9':
        if (dialect != Dialect.PYTHON || !startsWithOctal(1)) {
          throw unsupported("the backreference \\" + (char) c);
        }
        return new Pattern.Chars(new PatternClassParser(this).alone());
      case 'k':
        throw unsupported("the backreference \\k");
      default:
        return new Pattern.Chars(new PatternClassParser(this).alone());
    }
  }

  /** Whether three digits follow that Python takes for a character's code. */
  private boolean startsWithOctal(int from) {
    boolean octal = peek(from) <= '3';
    for (int i = from; i < from + 3; i++) {
      octal &= peek(i) >= '0' && peek(i) <= '7';
    }
    return octal;
  }

  private Pattern group() {
    if (!take('?')) {
      beginning = false;
      return close(choice());
    }
    boolean first = beginning;
    beginning = false;
    if (take(':')) {
      return close(choice());
    } else if (take('=')) {
      return close(new Pattern.Ahead(choice(), false));
    } else if (take('!')) {
      return close(new Pattern.Ahead(choice(), true));
    } else if (startsWith("<=") || startsWith("<!")) {
      throw unsupported("lookbehind");
    } else if (startsWith("P=")) {
      throw unsupported("the backreference (?P=");
    } else if (take('>')) {
      throw unsupported("the atomic group (?>");
    } else if (startsWith("P<") || startsWith("<")) {
      until('>');
      return close(choice());
    } else if (dialect == Dialect.PYTHON && take('#')) {
      until(')');
      beginning = first;
      return null;
    }
    return flags(first);
  }

  private Pattern flags(boolean first) {
    PatternFlags outer = flags;
    PatternFlags inner = flags;
    boolean on = true;
    while (!atEnd()) {
      char c = text.charAt(at++);
      if (c == '-') {
        on = false;
      } else if (c == ')') {
        if (dialect != Dialect.ECMASCRIPT && (!first || !on || depth > 1)) {
          throw ambiguous("flags for what follows", "them at the start, or a group such as (?i:a)");
        }
        flags = inner;
        beginning = first;
        return null;
      } else if (c == ':') {
        flags = inner;
        Pattern group = close(choice());
        flags = outer;
        return group;
      } else {
        PatternFlags before = flags;
        flags = inner;
        inner = flag(c, on);
        flags = before;
      }
    }
    throw fault("has a ( without )");
  }

  /** The flags that hold with one more. */
  private PatternFlags flag(char flag, boolean on) {
    if (flag == 'U' || flag == 'u' && dialect != Dialect.PYTHON) {
      throw ambiguous("the flag " + flag, "the classes that are meant, as in [\\p{L}\\p{N}_]");
    } else if (flag == 'x' && dialect != Dialect.PYTHON) {
      throw ambiguous("the flag x", "the pattern without spaces");
    } else if (flag == 'l' || flag == 'L') {
      throw unsupported("the flag " + flag + ", with which Python reads bytes alone");
    }
    PatternFlags found = flags.with(flag, on);
    if (found == null || flag == 'a' && dialect != Dialect.PYTHON) {
      throw unsupported("the group (?" + flag);
    }
    return found;
  }

  private Pattern close(Pattern inner) {
    if (!take(')')) {
      throw fault("has a ( without )");
    }
    return inner;
  }

  private Pattern quantified(Pattern atom) {
    int[] counts = counts();
    if (counts == null) {
      return atom;
    }
    if (atom instanceof Pattern.Start
        || atom instanceof Pattern.End
        || atom instanceof Pattern.Boundary) {
      throw fault("repeats an anchor");
    }
    if (peek() == '+') {
      throw unsupported("a possessive quantifier");
    }
    take('?');
    space();
    if (!atEnd() && counts() != null) {
      throw fault("repeats a repeat; put the inner one in a group, as in (?:a*)*");
    }
    return new Pattern.Repeated(atom, counts[0], counts[1]);
  }

  private int[] counts() {
    switch (peek()) {
      case '*':
        at++;
        return new int[] {0, Regex.UNBOUNDED};
      case '+':
        at++;
        return new int[] {1, Regex.UNBOUNDED};
      case '?':
        at++;
        return new int[] {0, 1};
      case '{':
        return braces();
      default:
        return null;
    }
  }

  /** The counts in braces; null if the brace is a literal character. */
  private int[] braces() {
    int end = text.indexOf('}', at);
    if (end < 0) {
      return null;
    }
    String body = end - at > 30 ? "" : text.substring(at + 1, end);
    if (!body.matches("[0-9]+(,[0-9]*)?|,[0-9]*")) {
      return null;
    }
    int comma = body.indexOf(',');
    if (comma == 0 && dialect != Dialect.PYTHON) {
      throw ambiguous("{" + body + "}", "{0" + body + "}");
    }
    long least = comma == 0 ? 0 : count(comma < 0 ? body : body.substring(0, comma));
    boolean open = comma == body.length() - 1;
    long most = comma < 0 ? least : open ? Regex.UNBOUNDED : count(body.substring(comma + 1));
    if (least > most) {
      throw fault("repeats {" + body + "} times, with a minimum above the maximum");
    }
    at = end + 1;
    return new int[] {(int) least, (int) most};
  }

  private long count(String digits) {
    if (digits.length() > 10 || Long.parseLong(digits) > MAX_REPEATS) {
      throw new GuideLimitException("the pattern repeats " + digits + " times");
    }
    return Long.parseLong(digits);
  }
}
