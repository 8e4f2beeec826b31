package io.pinion.guide.json;

import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.CodePoints;

/** The punctuation of JSON as lexemes, with the white space that may stand beside it. */
final class JsonPunctuation {
  private final Lexer lexer;
  private final RegexPool pool;
  private final Regex space;
  final int objectStart;
  final int objectEnd;
  final int arrayStart;
  final int arrayEnd;
  final int comma;

  JsonPunctuation(Lexer lexer, int mostSpaces) {
    this.lexer = lexer;
    this.pool = lexer.pool();
    Regex one = new Utf8Encoding(pool).one(CodePoints.each(" \t\n\r"));
    this.space = pool.repeat(one, 0, mostSpaces);
    this.objectStart = after("{");
    this.arrayStart = after("[");
    this.objectEnd = before("}");
    this.arrayEnd = before("]");
    this.comma = lexer.lexeme(pool.concat(space, pool.literal(","), space));
  }

  private int after(String text) {
    return lexer.lexeme(pool.concat(pool.literal(text), space));
  }

  private int before(String text) {
    return lexer.lexeme(pool.concat(space, pool.literal(text)));
  }

  /** The lexeme of a key, quotes and colon included, given its spelled text. */
  int key(Regex spelled) {
    Regex quote = pool.literal("\"");
    return lexer.lexeme(pool.concat(quote, spelled, quote, space, pool.literal(":"), space));
  }
}
