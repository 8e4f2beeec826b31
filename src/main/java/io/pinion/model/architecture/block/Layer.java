package io.pinion.model.architecture.block;

/**
 * A layer of a decoder. All layers of a model have the same structure; settings that differ between
 * layers are lists, such as {@link Attention#windowed}.
 */
public interface Layer {
  /** The layer's attention, whose keys and values are cached. */
  Attention attention();

  /** Writes the layer, from {@code x} to {@code x}; see {@link BlockWriter}. */
  void write(BlockWriter out);
}
