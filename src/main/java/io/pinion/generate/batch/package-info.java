/**
 * Continuous batching: rows of all tasks that share a device join and leave one batch between
 * steps. {@link io.pinion.generate.batch.ContinuousBatcher} is the entry point.
 *
 * <p>Imports {@code generate.schedule}, {@code .draft}, {@code .sequence}, {@code .sample}, {@code
 * model} and {@code text}.
 */
package io.pinion.generate.batch;
