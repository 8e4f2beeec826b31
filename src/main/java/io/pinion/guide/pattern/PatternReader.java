package io.pinion.guide.pattern;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;

/** Reads the text of a pattern piece by piece. */
class PatternReader {
  final String text;
  int at;

  PatternReader(String text) {
    this.text = text;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  int peek() {
    return peek(0);
  }

  int peek(int ahead) {
    return at + ahead < text.length() ? text.charAt(at + ahead) : -1;
  }

  boolean startsWith(String next) {
    return text.startsWith(next, at);
  }

  boolean take(char c) {
    if (peek() == c) {
      at++;
      return true;
    }
    return false;
  }

  int codePoint() {
    if (atEnd()) {
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
    int value = Integer.parseUnsignedInt(text.substring(at, end), 16);
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

  /** That engines read something differently. */
  UnsupportedGuideException ambiguous(String what, String instead) {
    return new UnsupportedGuideException(
        "the pattern /"
            + shown()
            + "/ has "
            + what
            + ", which engines read differently: write "
            + instead
            + " (at "
            + at
            + ")");
  }

  private String shown() {
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
