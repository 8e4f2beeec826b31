/**
 * The loaded model: the {@link io.pinion.model.runtime.ModelWeights} of a checkpoint, stage by
 * stage, on explicit devices, and the {@link io.pinion.model.runtime.TorchScriptModel}s that share
 * them, each with its own cache.
 *
 * <p>Imports every other package of {@code model}, {@code torch} and {@code device}.
 */
package io.pinion.model.runtime;
