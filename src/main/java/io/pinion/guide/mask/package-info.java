/**
 * Computes token masks, one bit per token, from the parser's state: walks the token trie along with
 * the lexer, and uses precomputed slices of the vocabulary for free text.
 *
 * <p>Imports {@code guide.earley}, {@code guide.lexer} and {@code guide.trie}.
 */
package io.pinion.guide.mask;
