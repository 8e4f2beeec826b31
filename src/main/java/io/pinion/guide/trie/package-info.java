/**
 * The tokens of a vocabulary as a trie over bytes in flat arrays, and greedy tokenization with it.
 *
 * <p>Imports {@code guide.set} and {@code text.Vocabulary}.
 */
package io.pinion.guide.trie;
