package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.string.Characters;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a template into tokens and removes whitespace around tags.
 *
 * <p>{@code {%-} and {@code -%}} remove all whitespace on their side. A block or comment removes
 * the line feed after it and the blanks between the start of the line and it, unless it has a
 * {@code +} on that side.
 */
final class Lexer {
  private static final String OPENINGS = "{%#";

  private final Cursor cursor;
  private final List<Token> tokens = new ArrayList<>();

  private Lexer(String source) {
    this.cursor = new Cursor(source);
  }

  /**
   * The template's tokens, with an end token last.
   *
   * @throws JinjaException for an unexpected character or end of file
   */
  static List<Token> tokens(String source) {
    Lexer lexer = new Lexer(withUnixLines(source));
    while (!lexer.cursor.atEnd()) {
      lexer.text();
    }
    lexer.add(Token.Type.END, "");
    return List.copyOf(lexer.tokens);
  }

  /** Normalizes line ends to line feeds and removes the last one. */
  private static String withUnixLines(String source) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    return lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines;
  }

  private void text() {
    int open = opening();
    if (open < 0) {
      addData(cursor.substring(cursor.at(), cursor.length()));
      cursor.advance(cursor.length());
      return;
    }
    char kind = cursor.charAt(open + 1);
    int rawEnd = kind == '%' ? tagEnd(open, "raw", false) : -1;
    addData(stripped(open, kind != '{'));
    if (rawEnd >= 0) {
      cursor.advance(rawEnd);
      raw();
      return;
    }
    cursor.advance(open + 2 + (isSign(cursor.charAt(open + 2)) ? 1 : 0));
    if (kind == '#') {
      comment();
    } else {
      tag(kind == '%');
    }
  }

  private int opening() {
    int open = cursor.indexOf("{", cursor.at());
    while (open >= 0 && OPENINGS.indexOf(cursor.charAt(open + 1)) < 0) {
      open = cursor.indexOf("{", open + 1);
    }
    return open;
  }

  /** The text before a tag, without the whitespace that the tag removes. */
  private String stripped(int open, boolean block) {
    String text = cursor.substring(cursor.at(), open);
    char sign = cursor.charAt(open + 2);
    if (sign == '-') {
      return Characters.stripEnd(text);
    }
    if (sign == '+' || !block) {
      return text;
    }
    int lineBegin = text.lastIndexOf('\n') + 1;
    boolean onlyBlanks = Characters.stripEnd(text).length() <= lineBegin;
    return onlyBlanks && (lineBegin > 0 || cursor.lineStarting())
        ? text.substring(0, lineBegin)
        : text;
  }

  /**
   * The end of a one-word tag, including the whitespace that it removes after it; -1 if there is no
   * such tag.
   *
   * @param closing whether the tag removes the line feed after it, or keeps it for {@code +}
   */
  private int tagEnd(int open, String word, boolean closing) {
    int name = cursor.afterWhitespace(open + 2 + (isSign(cursor.charAt(open + 2)) ? 1 : 0));
    if (!cursor.startsWith(word, name)) {
      return -1;
    }
    int end = cursor.afterWhitespace(name + word.length());
    if (cursor.startsWith("-%}", end)) {
      return cursor.afterWhitespace(end + 3);
    }
    if (closing && cursor.startsWith("+%}", end)) {
      return end + 3;
    }
    if (!cursor.startsWith("%}", end)) {
      return -1;
    }
    return end + 2 + (closing && cursor.charAt(end + 2) == '\n' ? 1 : 0);
  }

  private void raw() {
    int line = cursor.line();
    int open = cursor.indexOf("{%", cursor.at());
    while (open >= 0 && tagEnd(open, "endraw", true) < 0) {
      open = cursor.indexOf("{%", open + 1);
    }
    if (open < 0) {
      throw new JinjaException(line, "raw block is not closed: endraw is missing");
    }
    addData(stripped(open, true));
    cursor.advance(tagEnd(open, "endraw", true));
  }

  private void comment() {
    int close = cursor.indexOf("#}", cursor.at());
    if (close < 0) {
      throw new JinjaException(cursor.line(), "comment is not closed: #} is missing");
    }
    char sign = close > cursor.at() ? cursor.charAt(close - 1) : '\0';
    int end = close + 2;
    if (sign == '-') {
      end = cursor.afterWhitespace(end);
    } else if (sign != '+' && cursor.charAt(end) == '\n') {
      end++;
    }
    cursor.advance(end);
  }

  private void tag(boolean block) {
    add(block ? Token.Type.BLOCK_BEGIN : Token.Type.VARIABLE_BEGIN, "");
    new TagScanner(cursor, tokens).scan(block);
  }

  private static boolean isSign(char c) {
    return c == '-' || c == '+';
  }

  private void addData(String text) {
    if (!text.isEmpty()) {
      add(Token.Type.DATA, text);
    }
  }

  private void add(Token.Type type, String text) {
    tokens.add(new Token(type, text, cursor.line()));
  }
}
