/**
 * One request and its completions under way: tokens, text, stop conditions, beams and how far each
 * has come in its guide.
 *
 * <p>Imports {@code generate}'s requests and results, {@code guide} and {@code text}.
 */
package io.pinion.generate.sequence;
