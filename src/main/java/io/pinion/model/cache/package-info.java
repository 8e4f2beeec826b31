/**
 * The KV cache of a stage of layers: in blocks of tokens for the fused kernels, contiguous for
 * libtorch's operations. Native memory; the model that opened a cache closes it.
 */
package io.pinion.model.cache;
