/**
 * Requests and their completions in progress: tokens, text, stop conditions, beams and guide
 * states.
 *
 * <p>Imports {@code generate}'s requests and results, {@code generate.sample}, {@code guide} and
 * {@code text}.
 */
package io.pinion.generate.sequence;
