/**
 * Speculative decoding without a second model: drafts are the tokens that followed the same tokens
 * earlier (prompt lookup). The forward pass verifies drafts, so they never change the result.
 *
 * <p>Imports {@code generate.schedule} and {@code .sequence}.
 */
package io.pinion.generate.draft;
