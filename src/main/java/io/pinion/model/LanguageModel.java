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

  /** The model's shape. */
  ModelConfig config();

  /** The devices that hold the layers, first stage first; logits lie on the last. */
  List<Device> devices();

  /** How many sequences the KV cache holds. */
  int slots();

  /** The longest sequence, prompt and completion together, in tokens. */
  int maxLength();

  /**
   * Runs new tokens of the sequences in slots 0 to n-1 and appends them to the cache.
   *
   * @return the logits after each token in {@code step.outputs()}, FLOAT32 of shape {@code
   *     [outputs, vocabularySize]} on the last device; the caller closes it
   */
  NDArray forward(Step step);

  /**
   * Copies what the cache holds of slots {@code from[i]} to slots {@code to[i]}, all reads first.
   */
  void copySlots(int[] from, int[] to);

  /** How many prefixes are kept at most. */
  int prefixes();

  /**
   * Keeps a copy of what the cache holds of a slot's first tokens.
   *
   * @param prefix 0 to {@link #prefixes} - 1: what it is kept as, in place of an earlier one
   */
  void savePrefix(int prefix, int slot, int length);

  /** Frees what is kept as a prefix. */
  void dropPrefix(int prefix);

  /**
   * Writes the first {@code length} tokens of a kept prefix into slots, as if they had been run
   * there.
   */
  void loadPrefix(int prefix, int[] into, int length);

  @Override
  void close();

  /**
   * One forward pass.
   *
   * @param tokenIds the new tokens of slot 0, then of slot 1, and so on
   * @param counts by slot, how many new tokens it has; at least 1
   * @param starts by slot, the position of its first new token: the tokens already in the cache
   * @param outputs where in {@code tokenIds} the tokens stand after which logits are wanted, in
   *     ascending order
   */
  record Step(int[] tokenIds, int[] counts, int[] starts, int[] outputs) {}
}
