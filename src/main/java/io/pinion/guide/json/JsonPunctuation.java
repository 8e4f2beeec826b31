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
  final int arrayStart;
  final int comma;

  JsonPunctuation(Lexer lexer, int mostSpaces) {
    this.lexer = lexer;
    this.pool = lexer.pool();
    Regex one = new Utf8Encoding(pool).one(CodePoints.each(" \t\n\r"));
    this.space = pool.repeat(one, 0, mostSpaces);
    this.objectStart = after("{");
    this.arrayStart = after("[");
    this.comma = lexer.lexeme(pool.concat(space, pool.literal(","), space));
  }

  private int after(String text) {
    return lexer.lexeme(pool.concat(pool.literal(text), space));
  }

  /**
   * The end of an object.
   *
   * @param distinct whether the object must differ from those beside it
   */
  int objectEnd(boolean distinct) {
    return lexeme(pool.concat(space, pool.literal("}")), distinct);
  }

  /** As {@link #objectEnd}, of an array. */
  int arrayEnd(boolean distinct) {
    return lexeme(pool.concat(space, pool.literal("]")), distinct);
  }

  /**
   * The lexeme of a key, quotes and colon included.
   *
   * @param spelled the key's spelled text
   * @param distinct whether it must differ from the object's earlier keys
   */
  int key(Regex spelled, boolean distinct) {
    Regex quote = pool.literal("\"");
    return lexeme(pool.concat(quote, spelled, quote, space, pool.literal(":"), space), distinct);
  }

  private int lexeme(Regex regex, boolean distinct) {
    return distinct ? lexer.distinctLexeme(regex) : lexer.lexeme(regex);
  }
}
