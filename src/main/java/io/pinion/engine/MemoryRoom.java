package io.pinion.engine;

/**
 * What a load asks of its surroundings: to free memory on the model's devices before it is needed,
 * and whether it should go on. Called on the thread that loads.
 */
public interface MemoryRoom {
  /** Frees nothing, for a model that has its devices to itself. */
  MemoryRoom NONE = bytes -> {};

  /**
   * Called before memory is allocated. Frees as much as it can; if that is not enough, the
   * allocation may still succeed or fail.
   *
   * @param bytes about how many bytes are needed
   */
  void make(long bytes);

  /**
   * Called before each part of a load, so that a load that no one waits for any more ends.
   *
   * @throws java.util.concurrent.CancellationException to end it; nothing of it stays in memory
   */
  default void requireWanted() {}
}
