package io.pinion.guide.regex;

/**
 * Matches the digits of a decimal number without sign and exponent whose value is a multiple of
 * {@code step / 10^places}: a counter modulo the step, not a DFA with a state per remainder.
 */
public final class MultipleOfRegex extends Regex {
  /** Steps up to here cannot overflow. */
  public static final long LARGEST_STEP = 100_000_000_000_000_000L;

  private static final int BEFORE_POINT = -1;

  final long step;
  final int places;
  final long remainder;

  /** The digits after the point that still count; before the point, a negative number. */
  final int left;

  private MultipleOfRegex(long step, int places, long remainder, int left) {
    super(divides(step, remainder, left == BEFORE_POINT ? places : left), false, false, 1);
    this.step = step;
    this.places = places;
    this.remainder = remainder;
    this.left = left;
    if (left == BEFORE_POINT) {
      life = 1;
    }
  }

  public static MultipleOfRegex of(long step, int places) {
    return new MultipleOfRegex(step, places, 0, BEFORE_POINT);
  }

  /** Whether some number of this beginning is a multiple, given digits enough. */
  boolean takesDigits() {
    return left == BEFORE_POINT;
  }

  private static boolean divides(long step, long remainder, int zeros) {
    long rest = remainder;
    for (int i = 0; i < zeros; i++) {
      rest = rest * 10 % step;
    }
    return rest == 0;
  }

  /** What remains to match after a byte, {@code null} for nothing. */
  MultipleOfRegex after(int value) {
    if (value == '.' && left == BEFORE_POINT) {
      return new MultipleOfRegex(step, places, remainder, places);
    }
    if (value < '0' || value > '9') {
      return null;
    }
    int digit = value - '0';
    if (left == 0) {
      return digit == 0 ? this : null;
    }
    long next = (remainder * 10 + digit) % step;
    return new MultipleOfRegex(step, places, next, left == BEFORE_POINT ? BEFORE_POINT : left - 1);
  }
}
