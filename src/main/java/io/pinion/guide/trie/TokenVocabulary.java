package io.pinion.guide.trie;

import io.pinion.text.Vocabulary;

/**
 * What all guides share for a vocabulary: the trie of its tokens, and slices that many lexemes
 * accept completely. For a large vocabulary, building it takes some tenths of a second and tens of
 * megabytes. Immutable and thread-safe.
 *
 * @param trie all tokens but control tokens
 * @param slices the slices, the largest first; not to be modified
 */
public record TokenVocabulary(TokenTrie trie, VocabularySlice[] slices) {
  /** Builds the trie and the slices. */
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
