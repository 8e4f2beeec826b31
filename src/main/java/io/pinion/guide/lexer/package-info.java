/**
 * A lazily built deterministic automaton that runs many lexemes side by side, byte by byte.
 *
 * <p>Imports {@code guide.regex} and {@code guide.set}.
 */
package io.pinion.guide.lexer;
