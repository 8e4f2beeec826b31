/**
 * Sampling, on the device of the logits: masks, penalties, temperature, filters of unlikely tokens,
 * beam candidates. Does not know sequences, nor rows of a table.
 *
 * <p>Imports {@code generate}'s parameters, {@code device} and {@code torch}.
 */
package io.pinion.generate.sample;
