package io.pinion.engine;

/** Makes room in the memory of a model's devices. Called on the thread that loads. */
public interface MemoryRoom {
  /** Makes none, for a model that has its devices to itself. */
  MemoryRoom NONE = bytes -> {};

  /**
   * Called before memory is taken. It makes as much room as it can; where that is not enough, what
   * follows may still go well, or fail.
   *
   * @param bytes about how many are needed
   */
  void make(long bytes);
}
