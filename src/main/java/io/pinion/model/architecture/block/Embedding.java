package io.pinion.model.architecture.block;

/** From token ids to hidden states. */
public interface Embedding {
  /** Writes it, from {@code input}, the token ids, to {@code x}. */
  void write(BlockWriter out);
}
