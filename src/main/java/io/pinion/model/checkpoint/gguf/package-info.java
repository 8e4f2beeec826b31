/** GGUF files (llama.cpp's format), memory-mapped. */
package io.pinion.model.checkpoint.gguf;
