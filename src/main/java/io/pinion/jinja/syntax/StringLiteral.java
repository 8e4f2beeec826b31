package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.JinjaException;

/** Decodes the escapes of Python's string literals. */
final class StringLiteral {
  private static final String NAMED = "\\'\"abfnrtv";
  private static final String MEANINGS = "\\'\"\u0007\b\f\n\r\t\u000b";

  private final String body;
  private final int line;
  private final StringBuilder value = new StringBuilder();
  private int at;

  private StringLiteral(String body, int line) {
    this.body = body;
    this.line = line;
  }

  /**
   * Decodes the text between the quotes.
   *
   * @throws JinjaException for an escape with too few digits
   */
  static String value(String body, int line) {
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringLiteral literal = new StringLiteral(body, line);
    while (literal.at < body.length()) {
      literal.next();
    }
    return literal.value.toString();
  }

  private void next() {
    char c = body.charAt(at++);
    if (c != '\\') {
      value.append(c);
      return;
    }
    char escape = body.charAt(at++);
    int named = NAMED.indexOf(escape);
    if (named >= 0) {
      value.append(MEANINGS.charAt(named));
    } else if (escape >= '0' && escape <= '7') {
      octal();
    } else {
      switch (escape) {
        case '\n' -> {}
        case 'x' -> hexadecimal(2);
        case 'u' -> hexadecimal(4);
        case 'U' -> hexadecimal(8);
        default -> value.append('\\').append(escape);
      }
    }
  }

  private void octal() {
    int end = at;
    while (end < body.length()
        && end < at + 2
        && body.charAt(end) >= '0'
        && body.charAt(end) < '8') {
      end++;
    }
    value.append((char) Integer.parseInt(body.substring(at - 1, end), 8));
    at = end;
  }

  private void hexadecimal(int digits) {
    int end = at;
    while (end < body.length() && end < at + digits && isHexadecimal(body.charAt(end))) {
      end++;
    }
    long codePoint = end == at + digits ? Long.parseLong(body.substring(at, end), 16) : -1;
    if (codePoint < 0 || codePoint > Character.MAX_CODE_POINT) {
      throw new JinjaException(line, "string has the incomplete escape \\" + body.charAt(at - 1));
    }
    value.appendCodePoint((int) codePoint);
    at = end;
  }

  private static boolean isHexadecimal(char c) {
    return c < 128 && Character.digit(c, 16) >= 0;
  }
}
