/**
 * Guides: which texts a row may have, as masks over the tokens that may come next.
 *
 * <p>Which class to take:
 *
 * <ul>
 *   <li>{@link io.pinion.guide.Guides} for generation: it caches the guides of one vocabulary, and
 *       takes a {@link io.pinion.guide.GuideRequest}, which is a guide as users write it
 *   <li>{@link io.pinion.guide.GuideCompiler} to compile one guide without a cache
 *   <li>{@link io.pinion.guide.Guide} is what both return: compiled, shared by all rows and threads
 *   <li>{@link io.pinion.guide.GuideState} is one row's place in its guide: masks, forced tokens,
 *       the shortest way to the end
 * </ul>
 *
 * <p>Choices, regular expressions, JSON Schemas and grammars all become lexemes (regular
 * expressions over bytes, run by derivatives) and a recursive transition network over them, parsed
 * from left to right. The packages below import in this order: {@code json} ({@code type} → {@code
 * keyword} → {@code schema}) and {@code grammar} → {@code earley} → {@code lexer}, {@code pattern}
 * → {@code regex} → {@code set}; {@code mask} → {@code earley} and {@code trie}; {@code trie} →
 * {@code set}. Of the rest of Pinion they import {@code text.Vocabulary} alone; they know neither
 * Spark nor tensors.
 *
 * <pre>{@code
 * Guides guides = Guides.of(vocabulary);
 * GuideRequest request = GuideRequest.parse("{\"regex\": \"[a-z]+\"}", JsonOptions.DEFAULT);
 * GuideState state = guides.guide(request).start();
 * long[] mask = new long[(vocabulary.size() + 63) / 64];
 * state.mask(mask);
 * state.accept(token);
 * }</pre>
 */
package io.pinion.guide;
