package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexState;
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
 * @param guarded the trie nodes from whose byte on it matters what the text said before; their
 *     subtrees, themselves included, are left out of all of the above
 * @param guardedFrom the lexer's state before each of those bytes
 */
public record LexerStateMask(
    int[] tokens,
    long[] bits,
    TokenTrie trie,
    int[] exits,
    LexemeSet[] ended,
    int[] guarded,
    LexState[] guardedFrom) {
  private static final int[] NO_NODES = {};
  private static final LexState[] NO_STATES = {};

  static LexerStateMask of(
      int[] tokens, long[] bits, TokenTrie trie, int[] exits, LexemeSet[] ended) {
    return new LexerStateMask(tokens, bits, trie, exits, ended, NO_NODES, NO_STATES);
  }

  LexerStateMask guardedAt(int[] nodes, LexState[] before) {
    return new LexerStateMask(tokens, bits, trie, exits, ended, nodes, before);
  }

  /** The approximate memory use in bytes. */
  long bytes() {
    long allowed = bits == null ? 4L * tokens.length : 8L * bits.length;
    return 120 + allowed + 8L * exits.length + 8L * guarded.length;
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
