package io.pinion.jinja.value;

import java.math.BigInteger;

/** {@code True} and {@code False}. */
public record BoolValue(boolean value) implements NumberValue {
  public static final BoolValue TRUE = new BoolValue(true);
  public static final BoolValue FALSE = new BoolValue(false);

  public static BoolValue of(boolean value) {
    return value ? TRUE : FALSE;
  }

  @Override
  public String typeName() {
    return "bool";
  }

  @Override
  public void print(Printer printer) {
    printer.append(value ? "True" : "False");
  }

  @Override
  public boolean isTrue() {
    return value;
  }

  @Override
  public double toDouble() {
    return value ? 1 : 0;
  }

  @Override
  public BigInteger toInteger() {
    return value ? BigInteger.ONE : BigInteger.ZERO;
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
