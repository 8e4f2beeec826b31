package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.trie.TokenTrie;

/**
 * The tokens that a lexer state allows, whatever the Earley set in which it started: tokens whose
 * bytes are all within the current lexeme, and the trie nodes at which a lexeme may end, beyond
 * which the Earley set decides. Not to be modified.
 *
 * @param tokens the allowed tokens if they are few, else null
 * @param bits the allowed tokens as a mask if they are many, else null
 * @param trie the trie of the exits, which has all tokens that continue beyond them
 * @param exits the trie nodes after whose byte a lexeme may end and which have children
 * @param ended the lexemes that may end at each exit
 */
public record LexerStateMask(
    int[] tokens, long[] bits, TokenTrie trie, int[] exits, LexemeSet[] ended) {
  /** The approximate memory use in bytes. */
  long bytes() {
    long allowed = bits == null ? 4L * tokens.length : 8L * bits.length;
    return 120 + allowed + 8L * exits.length;
  }

  void addTo(long[] mask) {
    if (bits == null) {
      for (int id : tokens) {
        mask[id >> 6] |= 1L << id;
      }
      return;
    }
    for (int i = 0; i < bits.length; i++) {
      mask[i] |= bits[i];
    }
  }
}
