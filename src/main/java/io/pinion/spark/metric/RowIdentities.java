package io.pinion.spark.metric;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts rows that have the id of an earlier row, over all tasks. Exact for a few thousand ids;
 * beyond, it counts in a sample of them: an id is in the sample of level L if the last L bits of
 * its hash are 0, and the level rises whenever the sample is full (M. Wegman's adaptive sampling).
 * All rows of an id are in the sample or none is, so that repetitions are not missed. Not
 * thread-safe.
 */
public final class RowIdentities {
  /** Each task sends its sample to the driver, where it counts as a part of the task's result. */
  static final int MAX_SAMPLE = 4096;

  private final HashMap<Long, Integer> rows = new HashMap<>();
  private int level;

  /**
   * How many rows there were, and how many of them had the id of an earlier one.
   *
   * @param exact whether these are not estimates
   */
  public record Count(long rows, long repeated, boolean exact) {}

  /**
   * What has been seen so far.
   *
   * @param rows how many have an id, by its hash
   * @param level how many bits of a hash must be 0
   */
  record Sample(Map<Long, Integer> rows, int level) {}

  void add(String id) {
    add(hash(id), 1);
  }

  void merge(Sample sample) {
    while (level < sample.level) {
      raise();
    }
    sample.rows.forEach(this::add);
  }

  Sample sample() {
    return new Sample(Map.copyOf(rows), level);
  }

  private void add(long hash, int count) {
    if (sampled(hash)) {
      rows.merge(hash, count, Integer::sum);
      while (rows.size() > MAX_SAMPLE) {
        raise();
      }
    }
  }

  private void raise() {
    level++;
    rows.keySet().removeIf(hash -> !sampled(hash));
  }

  private boolean sampled(long hash) {
    return Long.numberOfTrailingZeros(hash) >= level;
  }

  Count count() {
    long all = rows.values().stream().mapToLong(Integer::longValue).sum();
    return new Count(all << level, (all - rows.size()) << level, level == 0);
  }

  /** FNV-1a, and the finalizer of MurmurHash3, after which every bit depends on all of the text. */
  private static long hash(String id) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return hash ^ (hash >>> 33);
  }
}
