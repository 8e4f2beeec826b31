package io.pinion.model.architecture.block;

/** The part of a layer that sees one token at a time. */
public interface Mlp {
  /**
   * Writes it.
   *
   * @param added the name of what its result is added to; the sum's name is {@code x}
   * @param input the name of its input
   */
  void write(BlockWriter out, String added, String input);
}
