/**
 * The dry run of guides, {@code bin/pinion check}: compiles the guides in a file of requests and
 * tests which texts they accept, without a model.
 *
 * <p>A separate tool, not used by jobs. Imports {@code engine} (to open a tokenizer), {@code guide}
 * and {@code text}; nothing imports it.
 */
package io.pinion.check;
