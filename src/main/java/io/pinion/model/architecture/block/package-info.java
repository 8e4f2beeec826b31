/**
 * The building blocks that families of decoders are composed of, and {@link
 * io.pinion.model.architecture.block.BlockWriter}, which writes them as TorchScript. A block is
 * written once; the two forward passes render it in libtorch's operations or in fused kernels.
 * Imports {@code model} and {@code torch}.
 */
package io.pinion.model.architecture.block;
