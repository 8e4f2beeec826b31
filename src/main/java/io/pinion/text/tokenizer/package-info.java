/**
 * Tokenizers from tokenizer.json or GGUF, and the bytes of their tokens. Run by Hugging Face's
 * tokenizers library.
 */
package io.pinion.text.tokenizer;
