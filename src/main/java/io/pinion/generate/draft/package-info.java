/**
 * Speculative decoding without a second model: drafts are what followed the same tokens earlier
 * (prompt lookup). A draft is checked by the same forward pass, so it never changes the tokens.
 *
 * <p>Imports {@code generate.schedule} and {@code .sequence}.
 */
package io.pinion.generate.draft;
