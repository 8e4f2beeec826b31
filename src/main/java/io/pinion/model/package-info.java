/**
 * A language model as its callers see it: configuration, forward pass, KV cache slots.
 *
 * <p>A leaf: imports nothing of Pinion. Checkpoints, decoders, caches and the loaded model are the
 * packages below it.
 */
package io.pinion.model;
