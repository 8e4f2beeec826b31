package io.pinion.model.architecture.block;

/** The feed-forward part of a layer, which processes each token separately. */
public interface Mlp {
  /**
   * Writes the code that computes {@code x}, the sum of {@code added} and the MLP's output.
   *
   * @param added the name of the residual
   * @param input the name of the MLP's input
   */
  void write(BlockWriter out, String added, String input);
}
