package io.pinion.model.architecture.block;

/**
 * A layer of a decoder. All layers of a model are alike; what differs from layer to layer is said
 * by lists, as in {@link Attention#windowed}.
 */
public interface Layer {
  /** The layer's attention, whose keys and values the cache holds. */
  Attention attention();

  /** Writes the layer, from {@code x} to {@code x}; see {@link BlockWriter}. */
  void write(BlockWriter out);
}
