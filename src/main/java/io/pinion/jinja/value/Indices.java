package io.pinion.jinja.value;

import java.math.BigInteger;
import java.util.Optional;

/** Python's indices, which count from the end where they are negative. */
public final class Indices {
  private static final BigInteger LOWEST = BigInteger.valueOf(Integer.MIN_VALUE + 1L);
  private static final BigInteger HIGHEST = BigInteger.valueOf(Integer.MAX_VALUE);

  private Indices() {}

  /** The index a value stands for, cut to the range of int; none for what is no whole number. */
  public static Optional<Integer> index(Value key) {
    return key instanceof NumberValue number && number.isIntegral()
        ? Optional.of(clamp(number.toInteger()))
        : Optional.empty();
  }

  private static int clamp(BigInteger index) {
    return index.max(LOWEST).min(HIGHEST).intValue();
  }

  /** The index counted from the begin; none beyond the ends. */
  static Optional<Integer> within(int index, int length) {
    int fromBegin = index < 0 ? index + length : index;
    return fromBegin >= 0 && fromBegin < length ? Optional.of(fromBegin) : Optional.empty();
  }

  /** A slice's bound as a position within {@code lowest} to {@code highest}. */
  public static int bound(int index, int length, int lowest, int highest) {
    int fromBegin = index < 0 ? index + length : index;
    return Math.max(lowest, Math.min(highest, fromBegin));
  }
}
