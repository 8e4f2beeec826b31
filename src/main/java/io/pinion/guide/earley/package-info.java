/**
 * An Earley parser over lexemes: the grammar as a recursive transition network, one set of items
 * per lexeme, and the shortest path to a complete text. After J. Earley, "An efficient context-free
 * parsing algorithm" (1970).
 *
 * <p>Imports {@code guide.lexer} and what is below it.
 */
package io.pinion.guide.earley;
