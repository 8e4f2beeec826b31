package io.pinion.guide.set;

import java.util.Arrays;

/** An array of numbers as a key; the array must not change. */
public record IntArrayKey(int[] values) {
  @Override
  public boolean equals(Object other) {
    return other instanceof IntArrayKey key && Arrays.equals(values, key.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
