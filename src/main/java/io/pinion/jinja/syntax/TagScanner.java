package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.string.Characters;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Reads the tokens inside one tag, including its end. */
final class TagScanner {
  private static final List<String> OPERATORS =
      List.of(
          "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final Cursor cursor;
  private final List<Token> tokens;
  private final Deque<String> closers = new ArrayDeque<>();

  TagScanner(Cursor cursor, List<Token> tokens) {
    this.cursor = cursor;
    this.tokens = tokens;
  }

  /**
   * Adds the tokens up to the tag's end.
   *
   * @throws JinjaException for an unexpected character or unbalanced brackets
   */
  void scan(boolean block) {
    while (!cursor.atEnd()) {
      int end = closers.isEmpty() ? tagEnd(block) : -1;
      if (end >= 0) {
        add(block ? Token.Type.BLOCK_END : Token.Type.VARIABLE_END, "", end);
        return;
      }
      token();
    }
  }

  private int tagEnd(boolean block) {
    String close = block ? "%}" : "}}";
    int at = cursor.at();
    if (cursor.startsWith("-" + close)) {
      return cursor.afterWhitespace(at + 3);
    }
    if (block && cursor.startsWith("+" + close)) {
      return at + 3;
    }
    if (!cursor.startsWith(close)) {
      return -1;
    }
    return at + 2 + (block && cursor.charAt(at + 2) == '\n' ? 1 : 0);
  }

  private void token() {
    char c = cursor.charAt(cursor.at());
    if (Characters.isSpace(c)) {
      cursor.advance(cursor.afterWhitespace(cursor.at()));
    } else if (c >= '0' && c <= '9') {
      number();
    } else if (c == '\'' || c == '"') {
      string(c);
    } else if (Characters.isNamePart(cursor.codePointAt(cursor.at()))) {
      name();
    } else {
      operator();
    }
  }

  private void number() {
    int at = cursor.at();
    int end = cursor.charAt(at - 1) == '.' ? -1 : NumberLiteral.floatEnd(cursor, at);
    if (end >= 0) {
      add(Token.Type.FLOAT, cursor.substring(at, end), end);
    } else {
      end = NumberLiteral.integerEnd(cursor, at);
      add(Token.Type.INTEGER, cursor.substring(at, end), end);
    }
  }

  private void string(char quote) {
    int at = cursor.at();
    int end = at + 1;
    while (end < cursor.length() && cursor.charAt(end) != quote) {
      end += cursor.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= cursor.length()) {
      throw new JinjaException(cursor.line(), "string is not closed: " + quote + " is missing");
    }
    String value = StringLiteral.value(cursor.substring(at + 1, end), cursor.line());
    add(Token.Type.STRING, value, end + 1);
  }

  private void name() {
    int at = cursor.at();
    int end = at;
    while (end < cursor.length() && Characters.isNamePart(cursor.codePointAt(end))) {
      end += Character.charCount(cursor.codePointAt(end));
    }
    String name = cursor.substring(at, end);
    if (!Characters.isNameStart(name.codePointAt(0))) {
      throw new JinjaException(cursor.line(), "invalid character in the name '" + name + "'");
    }
    add(Token.Type.NAME, name, end);
  }

  private void operator() {
    for (String operator : OPERATORS) {
      if (cursor.startsWith(operator)) {
        balance(operator);
        add(Token.Type.OPERATOR, operator, cursor.at() + operator.length());
        return;
      }
    }
    String found = Character.toString(cursor.codePointAt(cursor.at()));
    throw new JinjaException(cursor.line(), "unexpected character '" + found + "'");
  }

  private void balance(String operator) {
    switch (operator) {
      case "(" -> closers.push(")");
      case "[" -> closers.push("]");
      case "{" -> closers.push("}");
      case ")", "]", "}" -> close(operator);
      default -> {}
    }
  }

  private void close(String operator) {
    if (closers.isEmpty()) {
      throw new JinjaException(cursor.line(), "unexpected '" + operator + "'");
    }
    String expected = closers.pop();
    if (!expected.equals(operator)) {
      throw new JinjaException(
          cursor.line(), "unexpected '" + operator + "', expected '" + expected + "'");
    }
  }

  private void add(Token.Type type, String text, int end) {
    tokens.add(new Token(type, text, cursor.line()));
    cursor.advance(end);
  }
}
