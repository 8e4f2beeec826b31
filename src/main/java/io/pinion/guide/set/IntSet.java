package io.pinion.guide.set;

import java.util.Arrays;

/** A growing set of numbers, for reuse without allocation. */
public final class IntSet {
  private int[] values = new int[16];
  private int count;

  public void clear() {
    count = 0;
  }

  /** Adds a number; duplicates go when the set is sorted. */
  public void add(int value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  /** The numbers, ascending, each once. */
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
