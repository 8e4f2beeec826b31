/**
 * The loaded model: weights of a checkpoint handed to compiled decoders, stage by stage, on
 * explicit devices.
 *
 * <p>Imports every other package of {@code model}, {@code torch} and {@code device}.
 */
package io.pinion.model.runtime;
