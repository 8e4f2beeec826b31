/**
 * The loaded model: {@link io.pinion.model.runtime.ModelWeights} of a checkpoint, stage by stage,
 * on explicit devices, and {@link io.pinion.model.runtime.TorchScriptModel}s with a cache each over
 * them.
 *
 * <p>Imports every other package of {@code model}, {@code torch} and {@code device}.
 */
package io.pinion.model.runtime;
