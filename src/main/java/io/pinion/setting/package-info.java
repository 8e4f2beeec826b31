/**
 * What a setting of a user is: its names, type, range, default and documentation. Tables of
 * settings are enums that implement {@link io.pinion.setting.Setting}; what reads, checks or writes
 * settings loops over a table, so that a new one is an entry there.
 *
 * <pre>{@code
 * Optional<String> problem = SamplingParameter.TOP_P.type().problem(1.5);
 * // must be a number above 0 and at most 1, is 1.5
 * }</pre>
 *
 * <p>Imports nothing of Pinion.
 */
package io.pinion.setting;
