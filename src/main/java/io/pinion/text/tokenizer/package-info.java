/**
 * Tokenizers from {@code tokenizer.json} or GGUF, run by Hugging Face's tokenizers library, and the
 * bytes of their tokens.
 */
package io.pinion.text.tokenizer;
