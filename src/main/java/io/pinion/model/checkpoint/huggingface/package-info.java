/** Directories in the layout of the Hugging Face hub: config.json, memory-mapped safetensors. */
package io.pinion.model.checkpoint.huggingface;
