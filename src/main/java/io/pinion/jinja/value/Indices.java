package io.pinion.jinja.value;

import java.math.BigInteger;
import java.util.Optional;

/** Python's indices, which count from the end if negative. */
public final class Indices {
  private static final BigInteger LOWEST = BigInteger.valueOf(Integer.MIN_VALUE + 1L);
  private static final BigInteger HIGHEST = BigInteger.valueOf(Integer.MAX_VALUE);

  private Indices() {}

  /** The value as an index, clamped to the range of int; empty if it is not an integer. */
  public static Optional<Integer> index(Value key) {
    return key instanceof NumberValue number && number.isIntegral()
        ? Optional.of(clamp(number.toInteger()))
        : Optional.empty();
  }

  private static int clamp(BigInteger index) {
    return index.max(LOWEST).min(HIGHEST).intValue();
  }

  /** The index counted from the start; empty if it is out of range. */
  static Optional<Integer> within(int index, int length) {
    int fromBegin = index < 0 ? index + length : index;
    return fromBegin >= 0 && fromBegin < length ? Optional.of(fromBegin) : Optional.empty();
  }

  /** A slice bound counted from the start, clamped to {@code lowest} to {@code highest}. */
  public static int bound(int index, int length, int lowest, int highest) {
    int fromBegin = index < 0 ? index + length : index;
    return Math.max(lowest, Math.min(highest, fromBegin));
  }
}
