package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.math.BigInteger;

/** An integer of at most {@link #MAX_BITS} bits. */
public record IntValue(BigInteger value) implements NumberValue {
  /** 4300 decimal digits, the most that Python prints. */
  public static final int MAX_BITS = 14_284;

  public IntValue {
    if (value.bitLength() > MAX_BITS) {
      throw new EvaluationException("integer of more than " + MAX_BITS + " bits");
    }
  }

  public static IntValue of(long value) {
    return new IntValue(BigInteger.valueOf(value));
  }

  @Override
  public String typeName() {
    return "int";
  }

  @Override
  public void print(Printer printer) {
    printer.digits(this).append(value.toString());
  }

  @Override
  public boolean isTrue() {
    return value.signum() != 0;
  }

  @Override
  public double toDouble() {
    return value.doubleValue();
  }

  @Override
  public BigInteger toInteger() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return NumberValue.same(this, other);
  }

  @Override
  public int hashCode() {
    return NumberValue.hash(this);
  }
}
