package io.pinion.model.architecture.block;

/** A norm of each row. */
public interface Norm {
  /** The normed input. */
  String write(BlockWriter out, String input);
}
