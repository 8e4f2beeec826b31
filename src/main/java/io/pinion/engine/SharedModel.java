package io.pinion.engine;

import io.pinion.model.ModelException;

/**
 * A model's weights on its devices with its tokenizer, chat template and guides, over which
 * generators of any settings are opened. Thread-safe; its owner closes it, after all generators.
 */
public interface SharedModel extends AutoCloseable {

  /**
   * What options come to with this model.
   *
   * @throws ModelException where they ask for what the model does not have
   */
  GeneratorSettings settings(ModelOptions options);

  /**
   * Opens a generator with a KV cache of its own; the caller closes it. Where this fails, nothing
   * of it stays in memory.
   *
   * @param room is asked for the bytes that its cache may soon need
   */
  LoadedModel open(GeneratorSettings settings, MemoryRoom room);

  /** About how many bytes the weights take on the devices together. */
  long bytes();

  @Override
  void close();
}
