package io.pinion.engine;

import io.pinion.model.ModelException;

/**
 * A model's weights on its devices, with its tokenizer, chat template and guides, shared by
 * generators of any settings. Thread-safe. Its owner closes it, after all generators.
 */
public interface SharedModel extends AutoCloseable {

  /**
   * Resolves options for this model.
   *
   * @throws ModelException if they ask for more than the model supports
   */
  GeneratorSettings settings(ModelOptions options);

  /**
   * Opens a generator with its own KV cache; the caller closes it. If this fails, nothing of the
   * generator stays in memory.
   *
   * @param room asked to free the bytes that its cache may soon need
   */
  LoadedModel open(GeneratorSettings settings, MemoryRoom room);

  /** About how many bytes the weights take on all devices together. */
  long bytes();

  @Override
  void close();
}
