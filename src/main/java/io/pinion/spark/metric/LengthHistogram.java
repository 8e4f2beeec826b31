package io.pinion.spark.metric;

import java.util.ArrayList;
import java.util.List;

/** Counts lengths in classes that double: 0, 1, 2 to 3, 4 to 7 and so on. Not thread-safe. */
public final class LengthHistogram {
  private static final int CLASSES = 33;

  private final long[] counts = new long[CLASSES];

  /** How many lengths were from {@code from} to {@code to}, both included. */
  public record Range(long from, long to, long count) {}

  void add(long length) {
    counts[Math.min(Long.SIZE - Long.numberOfLeadingZeros(length), CLASSES - 1)]++;
  }

  /** Adds what {@link #counts} of another histogram returned. */
  void merge(long[] others) {
    for (int i = 0; i < CLASSES; i++) {
      counts[i] += others[i];
    }
  }

  /** How many lengths there were in each class. */
  long[] counts() {
    return counts.clone();
  }

  /** The ranges from the first to the last that has a length; empty if there was none. */
  public List<Range> ranges() {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < CLASSES; i++) {
      if (counts[i] > 0) {
        while (!ranges.isEmpty() && ranges.get(ranges.size() - 1).to() + 1 < first(i)) {
          ranges.add(range(ranges.get(ranges.size() - 1).to() + 1, 0));
        }
        ranges.add(range(first(i), counts[i]));
      }
    }
    return ranges;
  }

  private static long first(int index) {
    return index == 0 ? 0 : 1L << (index - 1);
  }

  private static Range range(long from, long count) {
    return new Range(from, from == 0 ? 0 : 2 * from - 1, count);
  }
}
