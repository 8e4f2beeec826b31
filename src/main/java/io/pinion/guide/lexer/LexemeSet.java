package io.pinion.guide.lexer;

/**
 * Lexemes by number, ascending; interned, so that equal sets are the same object.
 *
 * @param id the number of the set
 * @param lexemes the members
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
