package io.pinion.jinja.syntax;

import io.pinion.jinja.string.Characters;

/** A position in a template's source that only moves forward and knows its line. */
final class Cursor {
  private final String source;
  private int at;
  private int line = 1;
  private boolean lineStarting = true;

  Cursor(String source) {
    this.source = source;
  }

  boolean atEnd() {
    return at >= source.length();
  }

  int at() {
    return at;
  }

  int line() {
    return line;
  }

  /** Whether the last move ended after a line feed, or there was no move yet. */
  boolean lineStarting() {
    return lineStarting;
  }

  int length() {
    return source.length();
  }

  /** The character at a position of the source; NUL after its end. */
  char charAt(int position) {
    return position >= 0 && position < source.length() ? source.charAt(position) : '\0';
  }

  boolean startsWith(String text) {
    return source.startsWith(text, at);
  }

  boolean startsWith(String text, int position) {
    return source.startsWith(text, position);
  }

  int indexOf(String text, int from) {
    return source.indexOf(text, from);
  }

  String substring(int from, int to) {
    return source.substring(from, to);
  }

  int codePointAt(int position) {
    return source.codePointAt(position);
  }

  /** The position of the first non-whitespace character at or after {@code position}. */
  int afterWhitespace(int position) {
    int end = position;
    while (end < source.length() && Characters.isSpace(source.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Moves forward to a position. */
  void advance(int to) {
    for (int i = at; i < to; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    lineStarting = to > at ? source.charAt(to - 1) == '\n' : lineStarting;
    at = to;
  }
}
