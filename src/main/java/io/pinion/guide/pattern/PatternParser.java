package io.pinion.guide.pattern;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.set.CodePoints;
import io.pinion.guide.set.UnicodeClasses;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses the common syntax of Java and ECMAScript patterns. Features that are not regular
 * (backreferences, possessive quantifiers) or not supported (lookbehind, word boundaries) are
 * refused by name.
 */
final class PatternParser {
  private static final int DEEPEST = 250;
  private static final int MAX_REPEATS = 1_000_000_000;

  private final String text;
  private int at;
  private int depth;
  private boolean ignoreCase;
  private boolean dotAll;

  private PatternParser(String text) {
    this.text = text;
  }

  /**
   * Parses a pattern to its syntax tree.
   *
   * @param flags the flags set from the start: {@code i} and {@code s}
   * @throws UnsupportedGuideException for a feature that is not supported @throws GuideException
   *     for invalid syntax
   */
  static Pattern parse(String text, String flags) {
    PatternParser parser = new PatternParser(text);
    parser.ignoreCase = flags.indexOf('i') >= 0;
    parser.dotAll = flags.indexOf('s') >= 0;
    Pattern pattern = parser.choice();
    if (parser.at < text.length()) {
      throw parser.fault("has a ) without (");
    }
    return pattern;
  }

  private Pattern choice() {
    if (++depth > DEEPEST) {
      throw new GuideLimitException("the pattern nests deeper than " + DEEPEST + " groups");
    }
    boolean outerIgnoreCase = ignoreCase;
    boolean outerDotAll = dotAll;
    List<Pattern> parts = new ArrayList<>();
    parts.add(sequence());
    while (take('|')) {
      parts.add(sequence());
    }
    ignoreCase = outerIgnoreCase;
    dotAll = outerDotAll;
    depth--;
    return parts.size() == 1 ? parts.get(0) : new Pattern.Choice(parts);
  }

  private Pattern sequence() {
    List<Pattern> parts = new ArrayList<>();
    while (at < text.length() && text.charAt(at) != '|' && text.charAt(at) != ')') {
      if (text.startsWith("\\Q", at)) {
        quoted(parts);
        continue;
      }
      Pattern atom = atom();
      if (atom != null) {
        parts.add(quantified(atom));
      }
    }
    return parts.size() == 1 ? parts.get(0) : new Pattern.Sequence(parts);
  }

  private void quoted(List<Pattern> parts) {
    int end = text.indexOf("\\E", at);
    String body = text.substring(at + 2, end < 0 ? text.length() : end);
    at = end < 0 ? text.length() : end + 2;
    body.codePoints().forEach(codePoint -> parts.add(chars(CodePoints.of(codePoint))));
  }

  /** The next atom; null for a group that only sets flags. */
  private Pattern atom() {
    char c = text.charAt(at);
    switch (c) {
      case '(':
        at++;
        return group();
      case '[':
        at++;
        return chars(new PatternClassParser(this).bracketed());
      case '.':
        at++;
        return new Pattern.Chars(
            dotAll ? CodePoints.ALL : CodePoints.ALL.minus(UnicodeClasses.LINE_BREAKS));
      case '^':
        at++;
        return new Pattern.Start();
      case '$':
        at++;
        return new Pattern.End();
      case '*', '+', '?':
        throw fault("has nothing to repeat before " + c);
      case '\\':
        return escape();
      default:
        return chars(CodePoints.of(codePoint()));
    }
  }

  private Pattern escape() {
    char c = at + 1 < text.length() ? text.charAt(at + 1) : 0;
    switch (c) {
      case 'A':
        at += 2;
        return new Pattern.Start();
      case 'z', 'Z':
        at += 2;
        return new Pattern.End();
      case 'b', 'B':
        throw unsupported("the word boundary \\" + c);
      case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9':
        throw unsupported("the backreference \\" + c);
      default:
        return chars(new PatternClassParser(this).escape());
    }
  }

  private Pattern chars(CodePoints set) {
    return new Pattern.Chars(ignoreCase ? set.foldCase() : set);
  }

  private Pattern group() {
    if (!take('?')) {
      return close(choice());
    }
    if (take(':')) {
      return close(choice());
    } else if (take('=')) {
      return close(new Pattern.Ahead(choice(), false));
    } else if (take('!')) {
      return close(new Pattern.Ahead(choice(), true));
    } else if (text.startsWith("<=", at) || text.startsWith("<!", at)) {
      throw unsupported("lookbehind");
    } else if (text.startsWith("P=", at)) {
      throw unsupported("the backreference (?P=");
    } else if (take('>')) {
      throw unsupported("the atomic group (?>");
    } else if (text.startsWith("P<", at) || text.startsWith("<", at)) {
      int end = text.indexOf('>', at);
      if (end < 0) {
        throw fault("has a group name without >");
      }
      at = end + 1;
      return close(choice());
    }
    return flags();
  }

  private Pattern flags() {
    boolean outerIgnoreCase = ignoreCase;
    boolean outerDotAll = dotAll;
    boolean on = true;
    while (at < text.length()) {
      char c = text.charAt(at++);
      switch (c) {
        case '-' -> on = false;
        case 'i' -> ignoreCase = on;
        case 's' -> dotAll = on;
        case 'u', 'U' -> {}
        case ')' -> {
          return null;
        }
        case ':' -> {
          Pattern inner = close(choice());
          ignoreCase = outerIgnoreCase;
          dotAll = outerDotAll;
          return inner;
        }
        default -> throw unsupported("the group (?" + c);
      }
    }
    throw fault("has a ( without )");
  }

  private Pattern close(Pattern inner) {
    if (!take(')')) {
      throw fault("has a ( without )");
    }
    return inner;
  }

  private Pattern quantified(Pattern atom) {
    Pattern made = atom;
    while (at < text.length()) {
      int[] counts = counts();
      if (counts == null) {
        return made;
      }
      if (take('+')) {
        throw unsupported("a possessive quantifier");
      }
      take('?');
      made = new Pattern.Repeated(made, counts[0], counts[1]);
    }
    return made;
  }

  private int[] counts() {
    switch (text.charAt(at)) {
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
    String body = text.substring(at + 1, end);
    if (body.length() > 30 || !body.matches("[0-9]+(,[0-9]*)?|,[0-9]+")) {
      return null;
    }
    int comma = body.indexOf(',');
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

  int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  int peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : -1;
  }

  boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  int codePoint() {
    if (at >= text.length()) {
      throw fault("ends too early");
    }
    int codePoint = text.codePointAt(at);
    at += Character.charCount(codePoint);
    return codePoint;
  }

  /** The text up to a mark, which is skipped. */
  String until(char mark) {
    int end = text.indexOf(mark, at);
    if (end < 0) {
      throw fault("is missing a " + mark);
    }
    String found = text.substring(at, end);
    at = end + 1;
    return found;
  }

  int hex(int digits) {
    int end = at + digits;
    if (end > text.length() || !text.substring(at, end).matches("[0-9a-fA-F]+")) {
      throw fault("has an escape that needs " + digits + " hexadecimal digits");
    }
    int value = Integer.parseInt(text.substring(at, end), 16);
    at = end;
    return value;
  }

  GuideException fault(String what) {
    return new GuideException("the pattern /" + shown() + "/ " + what + " (at " + at + ")");
  }

  UnsupportedGuideException unsupported(String what) {
    return new UnsupportedGuideException(
        "the pattern /" + shown() + "/ has " + what + ", which is not supported (at " + at + ")");
  }

  private String shown() {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
