/**
 * User settings: names, type, range, default and documentation of each. A table of settings is an
 * enum that implements {@link io.pinion.setting.Setting}. Code that reads, checks or writes
 * settings loops over the table, so a new setting is one more entry. {@link
 * io.pinion.setting.Secrets} hides what no message may tell of their values; {@link
 * io.pinion.setting.Sha256} names them by a digest.
 *
 * <pre>{@code
 * Optional<String> problem = SamplingParameter.TOP_P.type().problem(1.5);
 * // must be a number above 0 and at most 1, is 1.5
 * }</pre>
 *
 * <p>Imports nothing of Pinion.
 */
package io.pinion.setting;
