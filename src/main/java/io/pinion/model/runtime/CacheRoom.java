package io.pinion.model.runtime;

/** Asked before a KV cache grows for the tokens of a step. */
public interface CacheRoom {
  /** A room without a limit of its own; the device's allocator may still have none left. */
  CacheRoom UNLIMITED = bytes -> {};

  /**
   * Requires memory for a cache to grow.
   *
   * @param bytes about how many bytes it takes beyond those that it has
   * @throws io.pinion.model.ModelException if there are not so many; its message says that the
   *     device {@code can't allocate memory}, as libtorch's does
   */
  void require(long bytes);
}
