/**
 * The tokens of a vocabulary as a trie over bytes in flat arrays, and greedy tokenizing with it.
 *
 * <p>Imports {@code guide.set} and {@code text.Vocabulary}.
 */
package io.pinion.guide.trie;
