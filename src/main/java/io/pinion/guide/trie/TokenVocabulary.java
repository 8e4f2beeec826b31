package io.pinion.guide.trie;

import io.pinion.text.Vocabulary;

/**
 * What all guides of a vocabulary share: the tree of its tokens, and the parts of it that many
 * lexemes take whole. Building one takes some tenths of a second and tens of megabytes for a large
 * vocabulary. Immutable; any thread may use it.
 *
 * @param trie all tokens but control tokens
 * @param slices the parts, the largest first; not to be written to
 */
public record TokenVocabulary(TokenTrie trie, VocabularySlice[] slices) {
  /** Builds the tree and the parts. */
  public static TokenVocabulary of(Vocabulary vocabulary) {
    int[] sorted = TokenTrie.sorted(vocabulary);
    return new TokenVocabulary(
        TokenTrie.of(vocabulary, sorted), VocabularySlice.all(vocabulary, sorted));
  }

  /** All tokens, control tokens included. */
  public Vocabulary vocabulary() {
    return trie.vocabulary();
  }

  /** How many words of 64 bits a mask has. */
  public int words() {
    return trie.words();
  }
}
