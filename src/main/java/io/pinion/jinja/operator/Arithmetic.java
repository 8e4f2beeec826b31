package io.pinion.jinja.operator;

import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.FloatValue;
import io.pinion.jinja.value.IntValue;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Python's arithmetic on numbers: integers of arbitrary size, floor division towards minus
 * infinity.
 */
public final class Arithmetic {
  private Arithmetic() {}

  static Value apply(BinaryOperator operator, NumberValue left, NumberValue right) {
    boolean divides =
        operator == BinaryOperator.DIVIDE
            || operator == BinaryOperator.FLOOR_DIVIDE
            || operator == BinaryOperator.REMAINDER;
    if (divides && !right.isTrue()) {
      throw new EvaluationException("division by zero");
    }
    return left.isIntegral() && right.isIntegral()
        ? integers(operator, left.toInteger(), right.toInteger())
        : new FloatValue(floats(operator, left.toDouble(), right.toDouble()));
  }

  /** The bits of both operands together, or of a power's result if that has more. */
  static long bits(BinaryOperator operator, NumberValue left, NumberValue right) {
    long first = bits(left);
    long second = bits(right);
    boolean power = operator == BinaryOperator.POWER && second < Integer.SIZE;
    long result = power ? first * Math.abs((long) right.toDouble()) : 0;
    return Math.max(first + second, Math.min(result, IntValue.MAX_BITS));
  }

  private static long bits(NumberValue number) {
    return number.isIntegral() ? number.toInteger().bitLength() : Double.SIZE;
  }

  private static Value integers(BinaryOperator operator, BigInteger left, BigInteger right) {
    return switch (operator) {
      case ADD -> new IntValue(left.add(right));
      case SUBTRACT -> new IntValue(left.subtract(right));
      case MULTIPLY -> new IntValue(left.multiply(right));
      case DIVIDE -> quotient(left, right);
      case FLOOR_DIVIDE -> new IntValue(left.subtract(remainder(left, right)).divide(right));
      case REMAINDER -> new IntValue(remainder(left, right));
      case POWER -> power(left, right);
    };
  }

  private static Value quotient(BigInteger left, BigInteger right) {
    BigDecimal exact = new BigDecimal(left).divide(new BigDecimal(right), new MathContext(40));
    return new FloatValue(finite(exact.doubleValue()));
  }

  private static double finite(double result) {
    if (Double.isInfinite(result)) {
      throw new EvaluationException("result too large for a float");
    }
    return result;
  }

  /** The remainder with the divisor's sign. */
  private static BigInteger remainder(BigInteger left, BigInteger right) {
    BigInteger remainder = left.remainder(right);
    return remainder.signum() * right.signum() < 0 ? remainder.add(right) : remainder;
  }

  private static Value power(BigInteger base, BigInteger exponent) {
    if (exponent.signum() < 0) {
      return new FloatValue(
          floats(BinaryOperator.POWER, base.doubleValue(), exponent.doubleValue()));
    }
    if (base.bitLength() <= 1 && base.abs().bitLength() <= 1) {
      boolean negative = base.signum() < 0 && !exponent.testBit(0);
      return new IntValue(
          exponent.signum() == 0 ? BigInteger.ONE : negative ? base.negate() : base);
    }
    if (exponent.bitLength() > 31
        || (base.abs().bitLength() - 1L) * exponent.longValue() > IntValue.MAX_BITS) {
      throw new EvaluationException("integer of more than " + IntValue.MAX_BITS + " bits");
    }
    return new IntValue(base.pow(exponent.intValue()));
  }

  private static double floats(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case FLOOR_DIVIDE -> floorQuotient(left, right);
      case REMAINDER -> remainder(left, right);
      case POWER -> power(left, right);
    };
  }

  private static double remainder(double left, double right) {
    double remainder = left % right;
    if (remainder == 0) {
      return Math.copySign(0.0, right);
    }
    return (remainder < 0) == (right < 0) ? remainder : remainder + right;
  }

  private static double floorQuotient(double left, double right) {
    double quotient = (left - remainder(left, right)) / right;
    return quotient == 0 ? Math.copySign(0.0, left / right) : Math.rint(quotient);
  }

  private static double power(double base, double exponent) {
    if (base == 0 && exponent < 0) {
      throw new EvaluationException("zero cannot be raised to a negative power");
    }
    if (base == 1 || exponent == 0) {
      return 1;
    }
    double result = Math.pow(base, exponent);
    if (Double.isNaN(result) && !Double.isNaN(base) && !Double.isNaN(exponent)) {
      throw new EvaluationException("power of a negative number is complex");
    }
    return Double.isFinite(base) && Double.isFinite(exponent) ? finite(result) : result;
  }

  public static Value negated(Value value) {
    NumberValue number = operand(value, "-");
    return number.isIntegral()
        ? new IntValue(number.toInteger().negate())
        : new FloatValue(-number.toDouble());
  }

  public static Value positive(Value value) {
    NumberValue number = operand(value, "+");
    return number.isIntegral() ? new IntValue(number.toInteger()) : number;
  }

  private static NumberValue operand(Value value, String symbol) {
    if (value instanceof NumberValue number) {
      return number;
    }
    throw value instanceof UndefinedValue undefined
        ? undefined.failure()
        : new EvaluationException(
            "bad operand type for unary " + symbol + ": '" + value.typeName() + "'");
  }
}
