/**
 * Guides: what a row's text may be, as masks over the tokens that may come next.
 *
 * <p>Choices, regular expressions, JSON Schemas and grammars all become lexemes (regular
 * expressions over bytes, run by derivatives) and a recursive transition network over them, parsed
 * left to right. Imports of Pinion only {@code text.Vocabulary}; knows neither Spark nor tensors.
 *
 * <pre>{@code
 * GuideCompiler compiler = new GuideCompiler(new TokenTrie(vocabulary));
 * GuideState state = compiler.regex("[a-z]+@example\\.org").start();
 * long[] mask = new long[(vocabulary.size() + 63) / 64];
 * state.mask(mask);
 * state.accept(token);
 * }</pre>
 */
package io.pinion.guide;
