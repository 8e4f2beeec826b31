/**
 * The building blocks of decoders, and {@link io.pinion.model.architecture.block.BlockWriter},
 * which writes them as TorchScript. Each block is defined once; the forward passes render it in
 * libtorch's operations or in fused kernels.
 *
 * <p>Imports {@code model} and {@code torch}.
 */
package io.pinion.model.architecture.block;
