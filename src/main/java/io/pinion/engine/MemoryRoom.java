package io.pinion.engine;

/** Frees memory on a model's devices before it is needed. Called on the thread that loads. */
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
}
