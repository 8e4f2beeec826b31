package io.pinion.guide.json.keyword;

import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.set.ByteSet;
import java.math.BigDecimal;

/** Decimal numbers without exponents, compared with bounds digit by digit. */
public final class NumberRange {
  private static final int MAX_DIGITS = 400;

  private final RegexPool pool;
  private final Regex digit;
  private final Regex digits;
  private final Regex fraction;

  public NumberRange(RegexPool pool) {
    this.pool = pool;
    this.digit = pool.bytes(ByteSet.range('0', '9'));
    this.digits = pool.star(digit);
    this.fraction = pool.concat(point(), pool.plus(digit));
  }

  /** The digits of an integer without sign. */
  Regex whole() {
    return pool.or(pool.literal("0"), pool.concat(pool.bytes(ByteSet.range('1', '9')), digits));
  }

  /** An integer and perhaps a fraction, without sign. */
  Regex unsigned() {
    return pool.concat(whole(), pool.optional(fraction));
  }

  /** A fraction that is not zero. */
  Regex properFraction() {
    return pool.concat(point(), digits, pool.bytes(ByteSet.range('1', '9')), digits);
  }

  /**
   * An exponent of at most 307, so that what is generated is a finite number wherever it is read.
   */
  Regex exponent() {
    Regex sign = pool.optional(pool.bytes(ByteSet.of('+').union(ByteSet.of('-'))));
    Regex small = pool.concat(pool.optional(digit), digit);
    Regex two = pool.concat(digit, digit);
    Regex large = pool.concat(pool.bytes(ByteSet.range('0', '2')), two);
    Regex largest = pool.concat(pool.literal("30"), pool.bytes(ByteSet.range('0', '7')));
    Regex number = pool.or(small, pool.or(large, largest));
    return pool.concat(pool.bytes(ByteSet.of('e').union(ByteSet.of('E'))), sign, number);
  }

  /**
   * Signed numbers such that each value is among them, in finitely many ways: a fraction has no
   * zeros at its end but in {@code 1.0}, and zero has no exponent.
   */
  public Regex withFewSpellings() {
    Regex nonzero = pool.bytes(ByteSet.range('1', '9'));
    Regex shortFraction = pool.concat(point(), digits, nonzero);
    Regex perhapsFraction =
        pool.optional(pool.or(pool.concat(point(), pool.literal("0")), shortFraction));
    Regex large = pool.concat(nonzero, digits, perhapsFraction);
    Regex small = pool.concat(pool.literal("0"), shortFraction);
    Regex scientific = pool.concat(pool.or(large, small), pool.optional(exponent()));
    Regex zero = pool.concat(pool.literal("0"), pool.optional(pool.literal(".0")));
    return pool.concat(pool.optional(pool.literal("-")), pool.or(scientific, zero));
  }

  private Regex point() {
    return pool.bytes(ByteSet.of('.'));
  }

  /**
   * Of signed numbers of a form without sign, those between two bounds.
   *
   * @param form what a number without its sign looks like
   * @param low the lower bound, or null
   * @param high the upper bound, or null
   */
  Regex between(
      Regex form, BigDecimal low, boolean lowIncluded, BigDecimal high, boolean highIncluded) {
    Regex positive = magnitude(form, low, lowIncluded, high, highIncluded);
    BigDecimal negatedLow = high == null ? null : high.negate();
    BigDecimal negatedHigh = low == null ? null : low.negate();
    Regex negative = magnitude(form, negatedLow, highIncluded, negatedHigh, lowIncluded);
    return pool.or(positive, pool.concat(pool.literal("-"), negative));
  }

  private Regex magnitude(
      Regex form, BigDecimal low, boolean lowIncluded, BigDecimal high, boolean highIncluded) {
    RegexList conditions = new RegexList();
    conditions.add(form);
    if (low != null && (low.signum() > 0 || low.signum() == 0 && !lowIncluded)) {
      conditions.add(atLeast(low, lowIncluded));
    }
    if (high != null) {
      if (high.signum() < 0 || high.signum() == 0 && !highIncluded) {
        return pool.empty();
      }
      conditions.add(atMost(high, highIncluded));
    }
    return pool.and(conditions);
  }

  /**
   * A number without exponent.
   *
   * @throws UnsupportedGuideException for one of very many digits
   */
  static String plain(BigDecimal value) {
    if (Math.abs((long) value.precision() - value.scale()) > MAX_DIGITS
        || value.precision() > MAX_DIGITS
        || Math.abs((long) value.scale()) > MAX_DIGITS) {
      throw new UnsupportedGuideException("a number of more than " + MAX_DIGITS + " digits");
    }
    return value.toPlainString();
  }

  private record Digits(String whole, String fraction) {
    static Digits of(BigDecimal value) {
      String text = plain(value.stripTrailingZeros());
      int point = text.indexOf('.');
      return point < 0
          ? new Digits(text, "")
          : new Digits(text.substring(0, point), text.substring(point + 1));
    }
  }

  private Regex atLeast(BigDecimal bound, boolean included) {
    Digits bounds = Digits.of(bound);
    int length = bounds.whole.length();
    Regex any = pool.optional(fraction);
    RegexList ways = new RegexList();
    ways.add(pool.concat(pool.repeat(digit, length + 1, Regex.UNBOUNDED), any));
    for (int i = 0; i < length; i++) {
      Regex above = above(bounds.whole.charAt(i));
      Regex rest = pool.repeat(digit, length - i - 1, length - i - 1);
      ways.add(pool.concat(pool.literal(bounds.whole.substring(0, i)), above, rest, any));
    }
    ways.add(pool.concat(pool.literal(bounds.whole), fractionAtLeast(bounds.fraction, included)));
    return pool.or(ways);
  }

  private Regex fractionAtLeast(String bound, boolean included) {
    if (bound.isEmpty()) {
      return included ? pool.optional(fraction) : properFraction();
    }
    RegexList ways = new RegexList();
    for (int i = 0; i < bound.length(); i++) {
      ways.add(pool.concat(pool.literal(bound.substring(0, i)), above(bound.charAt(i)), digits));
    }
    Regex more = pool.concat(digits, pool.bytes(ByteSet.range('1', '9')), digits);
    ways.add(pool.concat(pool.literal(bound), included ? digits : more));
    return pool.concat(point(), pool.or(ways));
  }

  private Regex atMost(BigDecimal bound, boolean included) {
    Digits bounds = Digits.of(bound);
    int length = bounds.whole.length();
    Regex any = pool.optional(fraction);
    RegexList ways = new RegexList();
    if (length > 1) {
      ways.add(pool.concat(pool.repeat(digit, 1, length - 1), any));
    }
    for (int i = 0; i < length; i++) {
      Regex rest = pool.repeat(digit, length - i - 1, length - i - 1);
      Regex below = below(bounds.whole.charAt(i));
      ways.add(pool.concat(pool.literal(bounds.whole.substring(0, i)), below, rest, any));
    }
    ways.add(pool.concat(pool.literal(bounds.whole), fractionAtMost(bounds.fraction, included)));
    return pool.or(ways);
  }

  private Regex fractionAtMost(String bound, boolean included) {
    Regex zeros = pool.star(pool.literal("0"));
    RegexList ways = new RegexList();
    for (int i = 0; i < bound.length(); i++) {
      ways.add(pool.concat(pool.literal(bound.substring(0, i)), below(bound.charAt(i)), digits));
      if (i > 0) {
        ways.add(pool.literal(bound.substring(0, i)));
      }
    }
    if (included) {
      ways.add(
          bound.isEmpty() ? pool.plus(pool.literal("0")) : pool.concat(pool.literal(bound), zeros));
    }
    Regex after = pool.concat(point(), pool.or(ways));
    return included || !bound.isEmpty() ? pool.optional(after) : after;
  }

  private Regex above(char digit) {
    return digit == '9' ? pool.empty() : pool.bytes(ByteSet.range(digit + 1, '9'));
  }

  private Regex below(char digit) {
    return digit == '0' ? pool.empty() : pool.bytes(ByteSet.range('0', digit - 1));
  }
}
