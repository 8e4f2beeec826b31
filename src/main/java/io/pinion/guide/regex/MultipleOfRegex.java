package io.pinion.guide.regex;

/**
 * Matches decimal numbers, without sign and exponent, that are multiples of {@code step /
 * 10^places}. It holds the remainder modulo the step as a number, instead of a DFA with a state for
 * each.
 */
public final class MultipleOfRegex extends Regex {
  /** The largest step whose arithmetic cannot overflow. */
  public static final long LARGEST_STEP = 100_000_000_000_000_000L;

  private static final int BEFORE_POINT = -1;

  final long step;
  final int places;
  final long remainder;

  /** How many more digits after the point count; negative before the point. */
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

  /** Whether more integer digits may follow, so that some number with this prefix is a multiple. */
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

  /** The derivative by a byte; {@code null} if nothing matches. */
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
