/**
 * The guide dry run, {@code bin/pinion check}: which texts the guides of a file of requests accept,
 * without a model.
 *
 * <p>A tool beside the jobs. Imports {@code engine} (to open a tokenizer), {@code guide} and {@code
 * text}; nothing imports it.
 */
package io.pinion.check;
