/**
 * Reads model files: configuration, tensors and tokenizer of a checkpoint, in any supported format.
 *
 * <p>Imports {@code model}.
 */
package io.pinion.model.checkpoint;
