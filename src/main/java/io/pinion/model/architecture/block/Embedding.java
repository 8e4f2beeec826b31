package io.pinion.model.architecture.block;

/** Maps token ids to hidden states. */
public interface Embedding {
  /** Writes the code that computes {@code x} from {@code input}, the token ids. */
  void write(BlockWriter out);
}
