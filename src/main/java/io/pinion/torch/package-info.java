/**
 * The adapter to libtorch: TorchScript modules compiled from text, the CPU's fused kernels, and
 * process-wide settings of the library. Native memory belongs to who opened it.
 *
 * <p>Imports nothing of Pinion.
 */
package io.pinion.torch;
