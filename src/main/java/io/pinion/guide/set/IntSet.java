package io.pinion.guide.set;

import java.util.Arrays;

/** A growable set of ints that is reused without new allocations. Not thread-safe. */
public final class IntSet {
  private int[] values = new int[16];
  private int count;

  public void clear() {
    count = 0;
  }

  /** Adds a number. Duplicates are removed by {@link #sorted}. */
  public void add(int value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  /** The numbers in ascending order, without duplicates. */
  public int[] sorted() {
    Arrays.sort(values, 0, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || values[i] != values[kept - 1]) {
        values[kept++] = values[i];
      }
    }
    count = kept;
    return Arrays.copyOf(values, count);
  }
}
