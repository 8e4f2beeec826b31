/**
 * Which sequences run in a step: the waiting queue, chunked prefill, KV cache slots and the prefix
 * cache. Holds no tensors.
 *
 * <p>Imports {@code generate.sequence} and {@code model}'s interfaces.
 */
package io.pinion.generate.schedule;
