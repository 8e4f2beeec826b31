package io.pinion.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * A decoder on its devices, with a KV cache of a fixed number of slots.
 *
 * <p>Not thread-safe: callers hold the device's lease. The creator closes it, which frees all
 * native memory.
 */
public interface LanguageModel extends AutoCloseable {

  /** The model's configuration. */
  ModelConfig config();

  /** The devices that hold the layers, first stage first; logits are on the last. */
  List<Device> devices();

  /** Maximum number of sequences in the KV cache. */
  int slots();

  /** The longest sequence, prompt and completion together, in tokens. */
  int maxLength();

  /**
   * How many tokens the KV cache has memory for. Every used slot takes as many as the longest
   * sequence, as does every one of {@link #prefixRows}, so what counts is the number of both times
   * that length. A single sequence may be longer; whether its memory suffices is seen when it
   * grows.
   */
  default long cacheTokens() {
    return Long.MAX_VALUE;
  }

  /** Number of rows that the KV cache has beside those of its slots, each as long as theirs. */
  default int prefixRows() {
    return 0;
  }

  /**
   * Runs new tokens of the sequences in slots 0 to n-1 and appends them to the cache.
   *
   * @return the logits after each token in {@code step.outputs()}, FLOAT32 of shape {@code
   *     [outputs, vocabularySize]} on the last device; the caller closes it
   */
  NDArray forward(Step step);

  /**
   * Copies the cached tokens of slots {@code from[i]} to slots {@code to[i]}; all are read before
   * any is written.
   */
  void copySlots(int[] from, int[] to);

  /** Maximum number of cached prefixes. */
  int prefixes();

  /**
   * Caches the first {@code length} tokens of a slot as a prefix.
   *
   * @param prefix index of the prefix, 0 to {@link #prefixes} - 1; replaces an earlier one
   */
  void savePrefix(int prefix, int slot, int length);

  /** Frees a cached prefix. */
  void dropPrefix(int prefix);

  /**
   * Puts the first {@code length} tokens of a cached prefix into slots, as if they had been run
   * there.
   */
  void loadPrefix(int prefix, int[] into, int length);

  @Override
  void close();

  /**
   * One forward pass.
   *
   * @param tokenIds the new tokens of slot 0, then of slot 1, and so on
   * @param counts by slot, the number of new tokens; at least 1
   * @param starts by slot, the position of its first new token: the number of cached tokens
   * @param outputs indices in {@code tokenIds} of the tokens whose logits are requested, in
   *     ascending order
   */
  record Step(int[] tokenIds, int[] counts, int[] starts, int[] outputs) {}
}
