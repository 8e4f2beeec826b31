package io.pinion.model;

/** The families of decoder that Pinion can run. */
public enum Architecture {
  LLAMA,
  MISTRAL,
  QWEN2,
  QWEN3
}
