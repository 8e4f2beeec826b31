package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.util.Collections;
import java.util.Iterator;
import java.util.Optional;

/**
 * The value of an undefined name: empty when printed, false, and an error in most other uses.
 *
 * @param message the message of those errors
 */
public record UndefinedValue(String message) implements Value {
  private static final int LONGEST_NAME = 100;

  public static UndefinedValue name(String name) {
    return new UndefinedValue("'" + name + "' is undefined");
  }

  public static UndefinedValue attribute(Value owner, String name) {
    String shown = name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
    return new UndefinedValue("'" + describe(owner) + "' has no attribute '" + shown + "'");
  }

  static UndefinedValue item(Value owner, Value key) {
    if (key instanceof TextValue name) {
      return attribute(owner, name.text());
    }
    return new UndefinedValue(describe(owner) + " has no such element");
  }

  private static String describe(Value owner) {
    return owner == NoneValue.NONE ? "None" : owner.typeName() + " object";
  }

  public EvaluationException failure() {
    return new EvaluationException(message);
  }

  @Override
  public String typeName() {
    return "Undefined";
  }

  @Override
  public void print(Printer printer) {
    printer.append("Undefined");
  }

  @Override
  public boolean isTrue() {
    return false;
  }

  @Override
  public Optional<Value> attribute(String name) {
    throw failure();
  }

  @Override
  public Optional<Value> item(Value key) {
    throw failure();
  }

  @Override
  public boolean isSized() {
    return true;
  }

  @Override
  public int length() {
    return 0;
  }

  @Override
  public boolean isIterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return Collections.emptyIterator();
  }

  @Override
  public boolean isUndefined() {
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UndefinedValue;
  }

  @Override
  public int hashCode() {
    return 1;
  }
}
