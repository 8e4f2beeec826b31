/**
 * An Earley parser over lexemes: a recursive transition network as the grammar, one set of items
 * per lexeme, and the shortest way to a complete text. After J. Earley, "An efficient context-free
 * parsing algorithm" (1970).
 *
 * <p>Imports {@code guide.lexer} and what is below it.
 */
package io.pinion.guide.earley;
