package io.pinion.guide.set;

import java.util.Arrays;

/** An int array as a key of hash maps. The array must not be modified. */
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
