package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** A floating-point number. */
public record FloatValue(double value) implements NumberValue {
  @Override
  public String typeName() {
    return "float";
  }

  @Override
  public void print(Printer printer) {
    printer.digits(this).append(FloatText.shortest(value));
  }

  @Override
  public boolean isTrue() {
    return value != 0;
  }

  @Override
  public double toDouble() {
    return value;
  }

  @Override
  public boolean isIntegral() {
    return false;
  }

  @Override
  public BigInteger toInteger() {
    if (!Double.isFinite(value)) {
      throw new EvaluationException(
          "cannot convert float " + FloatText.shortest(value) + " to int");
    }
    return new BigDecimal(value).toBigInteger();
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
