package io.pinion.spark.metric;

import java.util.HashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Counts rows that have the id of an earlier row, over all tasks. Exact for a few thousand ids;
 * beyond, it counts in a sample of them: an id is in the sample of level L if the last L bits of
 * its hash are 0, and the level rises whenever the sample is full (M. Wegman's adaptive sampling).
 * All rows of an id are in the sample or none is, so that repetitions are not missed.
 */
public final class RowIdentities extends AccumulatorV2<String, RowIdentities.Count> {
  private static final long serialVersionUID = 1;

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

  @Override
  public synchronized boolean isZero() {
    return rows.isEmpty() && level == 0;
  }

  @Override
  public synchronized RowIdentities copy() {
    RowIdentities copy = new RowIdentities();
    copy.rows.putAll(rows);
    copy.level = level;
    return copy;
  }

  @Override
  public synchronized void reset() {
    rows.clear();
    level = 0;
  }

  @Override
  public synchronized void add(String id) {
    add(hash(id), 1);
  }

  @Override
  public synchronized void merge(AccumulatorV2<String, Count> other) {
    RowIdentities sample = (RowIdentities) other;
    while (level < sample.level) {
      raise();
    }
    sample.rows.forEach(this::add);
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

  @Override
  public synchronized Count value() {
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
