/**
 * Model files: configuration, tensors and tokenizer of a checkpoint, whatever its format.
 *
 * <p>Imports {@code model}.
 */
package io.pinion.model.checkpoint;
