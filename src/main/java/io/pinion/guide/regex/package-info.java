/**
 * Regular expressions over bytes, hash-consed, with derivatives, intersection, complement and
 * counted repeats. After J. Brzozowski, "Derivatives of regular expressions" (1964).
 *
 * <p>Imports {@code guide.set} and {@code guide.error}.
 */
package io.pinion.guide.regex;
