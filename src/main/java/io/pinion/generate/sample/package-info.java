/**
 * From logits to next tokens on the device that the logits are on: masks, penalties, temperature,
 * filters of unlikely tokens, beam candidates. Knows no sequences and no rows of a table.
 *
 * <p>Imports {@code generate}'s parameters, {@code device} and {@code torch}.
 */
package io.pinion.generate.sample;
