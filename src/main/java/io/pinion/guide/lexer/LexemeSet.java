package io.pinion.guide.lexer;

/**
 * A set of lexemes. Interned by the lexer: equal sets are the same object.
 *
 * @param id the number of the set
 * @param lexemes the numbers of the lexemes, ascending
 */
public record LexemeSet(int id, int[] lexemes) {
  public boolean contains(int lexeme) {
    for (int member : lexemes) {
      if (member == lexeme) {
        return true;
      }
    }
    return false;
  }
}
