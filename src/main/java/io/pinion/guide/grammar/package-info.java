/**
 * Context-free grammars as guides: Lark's notation and GBNF (llama.cpp's) become productions, those
 * a transition network.
 *
 * <p>A front end: imports {@code guide.earley} and what is below it.
 */
package io.pinion.guide.grammar;
