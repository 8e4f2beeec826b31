/**
 * A decoder written as TorchScript text for one configuration and one stage of layers: in
 * libtorch's own operations ({@link io.pinion.model.decoder.TorchForward}, the reference) or in
 * fused kernels ({@link io.pinion.model.decoder.FusedForward}).
 */
package io.pinion.model.decoder;
