/**
 * What must not come twice: the values and keys that a JSON text has so far, and which of the
 * lexemes that may come next can still end with another one.
 *
 * <p>Imports {@code guide.lexer} and what is below it.
 */
package io.pinion.guide.distinct;
