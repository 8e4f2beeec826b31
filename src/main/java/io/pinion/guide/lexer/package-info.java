/**
 * A lazily built DFA over bytes that matches many lexemes at once.
 *
 * <p>Imports {@code guide.regex} and {@code guide.set}.
 */
package io.pinion.guide.lexer;
