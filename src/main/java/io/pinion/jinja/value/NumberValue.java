package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import java.math.BigDecimal;
import java.math.BigInteger;

/** A number. Booleans are numbers in Python, and equal numbers are the same dictionary key. */
public sealed interface NumberValue extends Value permits BoolValue, IntValue, FloatValue {
  /** The number of bits that the longest exact decimal expansion of a double counts as. */
  int EXACT_DOUBLE_BITS = 2100;

  double toDouble();

  /** Whether its type is integral: an integer or a boolean. */
  default boolean isIntegral() {
    return true;
  }

  /** The integer, truncated towards zero. */
  BigInteger toInteger();

  /** Counts the cost of computing or rounding its decimal digits. */
  default void countDigits(Budget budget) {
    budget.arithmetic(isIntegral() ? toInteger().bitLength() : EXACT_DOUBLE_BITS);
  }

  /** Counts a comparison; comparing an integer with a float needs the digits of both. */
  default void countComparison(NumberValue other, Budget budget) {
    if (isIntegral() != other.isIntegral()) {
      countDigits(budget);
      other.countDigits(budget);
    }
  }

  /** Compares exact values: negative, 0 or positive. NaN is above all. */
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

  /** Whether both are the same dictionary key. */
  static boolean same(NumberValue left, Object right) {
    return right instanceof NumberValue number && compare(left, number) == 0;
  }

  /** A hash code that is the same for equal numbers. */
  static int hash(NumberValue number) {
    return Double.hashCode(number.toDouble() + 0.0);
  }
}
