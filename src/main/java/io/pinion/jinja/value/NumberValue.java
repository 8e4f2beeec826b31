package io.pinion.jinja.value;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A number; truth values are numbers in Python, and equal numbers are one dictionary key. */
public sealed interface NumberValue extends Value permits BoolValue, IntValue, FloatValue {
  double toDouble();

  /** Whether it has no fraction by its type. */
  default boolean isIntegral() {
    return true;
  }

  /** The whole number, cut towards zero. */
  BigInteger toInteger();

  /** Below 0, 0 or above 0, as the exact values compare; a NaN is above all. */
  static int compare(NumberValue left, NumberValue right) {
    if (left.isIntegral() && right.isIntegral()) {
      return left.toInteger().compareTo(right.toInteger());
    }
    if (left.isFinite() && right.isFinite()) {
      return left.exactly().compareTo(right.exactly());
    }
    double first = left.isIntegral() ? 0 : left.toDouble();
    double second = right.isIntegral() ? 0 : right.toDouble();
    return Double.compare(first, second);
  }

  private boolean isFinite() {
    return isIntegral() || Double.isFinite(toDouble());
  }

  private BigDecimal exactly() {
    return isIntegral() ? new BigDecimal(toInteger()) : new BigDecimal(toDouble());
  }

  /** Whether it is the same dictionary key. */
  static boolean same(NumberValue left, Object right) {
    return right instanceof NumberValue number && compare(left, number) == 0;
  }

  /** A hash that equal numbers share. */
  static int hash(NumberValue number) {
    return Double.hashCode(number.toDouble() + 0.0);
  }
}
