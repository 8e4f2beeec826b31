package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;

/** A number; truth values are numbers in Python, and equal numbers are one dictionary key. */
public sealed interface NumberValue extends Value permits BoolValue, IntValue, FloatValue {
  /** How many bits the longest exact decimal expansion of a double is worth. */
  int EXACT_DOUBLE_BITS = 2100;

  double toDouble();

  /** Whether it has no fraction by its type. */
  default boolean isIntegral() {
    return true;
  }

  /** The whole number, cut towards zero. */
  BigInteger toInteger();

  /** Counts the making or rounding of its decimal digits. */
  default void countDigits(Budget budget) {
    budget.arithmetic(isIntegral() ? toInteger().bitLength() : EXACT_DOUBLE_BITS);
  }

  /** Counts a comparison; that of an integer with a float needs the digits of both. */
  default void countComparison(NumberValue other, Budget budget) {
    if (isIntegral() != other.isIntegral()) {
      countDigits(budget);
      other.countDigits(budget);
    }
  }

  /** Below 0, 0 or above 0, as the exact values compare; a NaN is above all. */
  static int compare(NumberValue left, NumberValue right) {
    if (left.isIntegral() && right.isIntegral()) {
      return left.toInteger().compareTo(right.toInteger());
    }
    if (!left.isIntegral() && !right.isIntegral()) {
      return Double.compare(left.toDouble() + 0.0, right.toDouble() + 0.0);
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
