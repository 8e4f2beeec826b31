package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.operator.BinaryOperator;
import io.pinion.jinja.operator.ComparisonOperator;
import io.pinion.jinja.string.Casing;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.BoolValue;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.DictView;
import io.pinion.jinja.value.Equality;
import io.pinion.jinja.value.FloatValue;
import io.pinion.jinja.value.FunctionValue;
import io.pinion.jinja.value.IntValue;
import io.pinion.jinja.value.LoopValue;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Finds tests by name. */
public final class Tests {
  private static final Map<String, Test> KNOWN = known();

  private Tests() {}

  private static Map<String, Test> known() {
    Map<String, Test> tests = new HashMap<>();
    addTypes(tests);
    addNumbers(tests);
    addComparisons(tests);
    tests.put("lower", printing(Casing::isLower));
    tests.put("upper", printing(Casing::isUpper));
    return Map.copyOf(tests);
  }

  /** The test of that name; the error for an unknown name lists the known tests. */
  public static Test find(String name) {
    return Names.find("test", name, KNOWN);
  }

  public static void requireKnown(String name, int line) {
    Names.require("test", name, KNOWN, line);
  }

  private static void addTypes(Map<String, Test> tests) {
    tests.put("defined", being(value -> !value.isUndefined()));
    tests.put("undefined", being(Value::isUndefined));
    tests.put("none", being(value -> value == NoneValue.NONE));
    tests.put("boolean", being(value -> value instanceof BoolValue));
    tests.put("true", being(value -> value instanceof BoolValue bool && bool.value()));
    tests.put("false", being(value -> value instanceof BoolValue bool && !bool.value()));
    tests.put("string", being(value -> value instanceof TextValue));
    tests.put("escaped", being(value -> value instanceof TextValue text && text.isMarkup()));
    tests.put("mapping", being(value -> value instanceof DictValue));
    tests.put("number", being(value -> value instanceof NumberValue));
    tests.put("integer", being(value -> value instanceof IntValue));
    tests.put("float", being(value -> value instanceof FloatValue));
    tests.put("callable", being(value -> value instanceof FunctionValue || value.isUndefined()));
    tests.put("iterable", being(value -> value.isIterable() || value instanceof LoopValue));
    tests.put("sequence", being(Tests::isSequence));
  }

  private static Test being(Predicate<Value> condition) {
    return (value, arguments, budget) -> {
      arguments.bindNone();
      return condition.test(value);
    };
  }

  private static Test printing(Predicate<String> condition) {
    return (value, arguments, budget) -> {
      arguments.bindNone();
      String text = Printer.text(value, budget);
      budget.read(text);
      return condition.test(text);
    };
  }

  private static boolean isSequence(Value value) {
    return value.isSized() && !(value instanceof DictView) && !(value instanceof LoopValue);
  }

  private static void addNumbers(Map<String, Test> tests) {
    tests.put("even", (value, arguments, budget) -> isParity(value, 0, arguments, budget));
    tests.put("odd", (value, arguments, budget) -> isParity(value, 1, arguments, budget));
    tests.put(
        "divisibleby",
        (value, arguments, budget) -> isRemainder(value, arguments.bind(1, "num")[0], 0, budget));
  }

  private static boolean isParity(Value value, int wanted, Arguments arguments, Budget budget) {
    arguments.bindNone();
    return isRemainder(value, IntValue.of(2), wanted, budget);
  }

  private static boolean isRemainder(Value value, Value divisor, int wanted, Budget budget) {
    Value remainder = BinaryOperator.REMAINDER.apply(value, divisor, budget);
    return Equality.equal(remainder, IntValue.of(wanted), budget);
  }

  private static void addComparisons(Map<String, Test> tests) {
    put(tests, ComparisonOperator.EQUAL, "==", "eq", "equalto");
    put(tests, ComparisonOperator.NOT_EQUAL, "!=", "ne");
    put(tests, ComparisonOperator.LESS, "<", "lt", "lessthan");
    put(tests, ComparisonOperator.LESS_OR_EQUAL, "<=", "le");
    put(tests, ComparisonOperator.GREATER, ">", "gt", "greaterthan");
    put(tests, ComparisonOperator.GREATER_OR_EQUAL, ">=", "ge");
    put(tests, ComparisonOperator.IN, "in");
    tests.put(
        "sameas",
        (value, arguments, budget) -> isSame(value, arguments.bind(1, "other")[0], budget));
  }

  private static void put(Map<String, Test> tests, ComparisonOperator operator, String... names) {
    for (String name : names) {
      tests.put(
          name,
          (value, arguments, budget) ->
              operator.holds(value, arguments.bind(1, "other")[0], budget));
    }
  }

  /**
   * Python's {@code is}. Equal integers, and equal strings, count as one object, as Python interns
   * small ones.
   */
  private static boolean isSame(Value value, Value other, Budget budget) {
    if (value instanceof TextValue text) {
      budget.read(text.text());
    }
    boolean shared =
        value instanceof BoolValue || value instanceof IntValue || value instanceof TextValue;
    return value == other
        || (shared && value.getClass() == other.getClass() && value.equals(other));
  }
}
