/**
 * The adapter to libtorch: TorchScript modules compiled from text, the fused CPU kernels, and
 * process-wide settings of the library. Whoever opens native memory closes it.
 *
 * <p>Imports no other package of Pinion.
 */
package io.pinion.torch;
