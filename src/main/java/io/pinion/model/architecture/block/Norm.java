package io.pinion.model.architecture.block;

/** Normalizes each row. */
public interface Norm {
  /** Writes the norm if needed; returns the normalized input as an expression. */
  String write(BlockWriter out, String input);
}
