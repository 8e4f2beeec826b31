package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.trie.TokenTrie;

/**
 * What a lexer state allows in whichever Earley set it began: the tokens all of whose bytes it can
 * take, and the tree nodes at which a lexeme may end, beyond which the Earley set decides.
 *
 * @param tokens the allowed tokens when they are few, else null
 * @param bits the allowed tokens as a mask when they are many, else null
 * @param trie the tree that the exits are in, which holds all tokens that continue beyond them
 * @param exits tree nodes after whose byte a lexeme may end, and which have children
 * @param ended the lexemes that may end at each of them
 */
public record LexerStateMask(
    int[] tokens, long[] bits, TokenTrie trie, int[] exits, LexemeSet[] ended) {
  /** About how many bytes of memory this takes. */
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
