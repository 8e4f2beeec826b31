/**
 * From a parser's state to the tokens that may come next, one bit each: a walk over the token trie
 * beside the lexer, with precomputed slices of the vocabulary for free text.
 *
 * <p>Imports {@code guide.earley}, {@code guide.lexer} and {@code guide.trie}.
 */
package io.pinion.guide.mask;
