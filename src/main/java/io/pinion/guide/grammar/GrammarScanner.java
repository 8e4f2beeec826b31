package io.pinion.guide.grammar;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.set.CodePoints;

/** Reads the text of a grammar piece by piece; the basis of the Lark and GBNF readers. */
final class GrammarScanner {
  private final String text;
  private int at;
  private int depth;

  GrammarScanner(String text) {
    this.text = text;
  }

  int peek() {
    return at < text.length() ? text.charAt(at) : -1;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  boolean startsWith(String next) {
    return text.startsWith(next, at);
  }

  boolean take(String next) {
    if (startsWith(next)) {
      at += next.length();
      return true;
    }
    return false;
  }

  char next() {
    if (atEnd()) {
      throw fault("ends too early");
    }
    return text.charAt(at++);
  }

  void back() {
    at--;
  }

  int position() {
    return at;
  }

  void position(int position) {
    at = position;
  }

  void enter() {
    if (++depth > 250) {
      throw new GuideLimitException("the grammar nests deeper than 250 groups");
    }
  }

  void leave() {
    depth--;
  }

  /** Passes spaces, and comments up to the end of their line; line breaks too when asked. */
  void skip(boolean lines, String... comments) {
    while (!atEnd()) {
      char c = text.charAt(at);
      if (c == ' ' || c == '\t' || lines && (c == '\n' || c == '\r')) {
        at++;
      } else if (startsComment(comments)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else {
        return;
      }
    }
  }

  private boolean startsComment(String... comments) {
    for (String comment : comments) {
      if (startsWith(comment)) {
        return true;
      }
    }
    return false;
  }

  /** A name of letters, digits, underscores and the given others; empty when there is none. */
  String name(String others) {
    int from = at;
    while (!atEnd() && named(text.charAt(at), others)) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean named(char c, String others) {
    return Character.isLetterOrDigit(c) || c == '_' || others.indexOf(c) >= 0;
  }

  /** The text up to a mark that no backslash precedes; the mark is passed, escapes are kept. */
  String until(char mark) {
    int from = at;
    while (peek() != mark) {
      if (next() == '\\') {
        next();
      }
    }
    at++;
    return text.substring(from, at - 1);
  }

  int number() {
    String digits = name("");
    if (!digits.matches("[0-9]{1,9}")) {
      throw fault("lacks a number");
    }
    return Integer.parseInt(digits);
  }

  /** Undoes the escapes of a quoted text. */
  String unescape(String quoted) {
    StringBuilder made = new StringBuilder();
    int i = 0;
    while (i < quoted.length()) {
      char c = quoted.charAt(i++);
      if (c != '\\') {
        made.append(c);
        continue;
      }
      c = quoted.charAt(i++);
      int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
      if (digits > 0) {
        made.appendCodePoint(hex(quoted, i, digits));
        i += digits;
      } else {
        made.append(escaped(c));
      }
    }
    requireCharacters(made);
    return made.toString();
  }

  /** What a letter after a backslash stands for; a sign stands for itself. */
  private char escaped(char c) {
    int known = "ntrf".indexOf(c);
    if (known < 0 && (Character.isLetterOrDigit(c) || c == '_')) {
      throw fault(
          "has the escape \\"
              + c
              + ", which readers of grammars take differently: write its code, as in"
              + " \\x08");
    }
    return known < 0 ? c : "\n\t\r\f".charAt(known);
  }

  private void requireCharacters(CharSequence text) {
    if (CodePoints.hasLoneSurrogate(text)) {
      throw fault("has half of a character, a lone surrogate: write the whole, as in \\U0001F600");
    }
  }

  /** The code point of so many hexadecimal digits, which are passed. */
  int hex(int digits) {
    int value = hex(text, at, digits);
    at += digits;
    return value;
  }

  private int hex(String quoted, int from, int digits) {
    if (from + digits > quoted.length()
        || !quoted.substring(from, from + digits).matches("[0-9a-fA-F]+")) {
      throw fault("has an escape without its " + digits + " hexadecimal digits");
    }
    long value = Long.parseLong(quoted.substring(from, from + digits), 16);
    if (value > CodePoints.LAST) {
      throw fault("has an escape beyond Unicode");
    }
    return (int) value;
  }

  GuideException fault(String what) {
    int line = 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    return new GuideException("the grammar " + what + " (line " + line + ")");
  }
}
