/** Directories as from the Hugging Face hub: config.json and safetensors, memory-mapped. */
package io.pinion.model.checkpoint.huggingface;
