package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The argument values of a call to a function, method, filter or test.
 *
 * @param function the name of what is called, for error messages
 */
public record Arguments(String function, List<Value> positional, Map<String, Value> named) {
  /**
   * Binds the values to parameters; null for those not given.
   *
   * @param required how many of the first parameters must be given
   * @throws EvaluationException for a missing, unknown or repeated argument
   */
  public Value[] bind(int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new EvaluationException(
          function
              + " takes at most "
              + parameters.length
              + " arguments, not "
              + positional.size());
    }
    Value[] values = positional.toArray(new Value[0]);
    values = Arrays.copyOf(values, parameters.length);
    bindNamed(values, List.of(parameters));
    for (int i = 0; i < required; i++) {
      if (values[i] == null) {
        throw new EvaluationException(
            function + " is missing its argument '" + parameters[i] + "'");
      }
    }
    return values;
  }

  private void bindNamed(Value[] values, List<String> parameters) {
    named.forEach(
        (name, value) -> {
          int index = parameters.indexOf(name);
          if (index < 0) {
            throw new EvaluationException(function + " takes no argument '" + name + "'");
          }
          if (index < positional.size()) {
            throw new EvaluationException(function + " got multiple values for '" + name + "'");
          }
          values[index] = value;
        });
  }

  /** Fails if there is any argument. */
  public void bindNone() {
    bind(0);
  }

  /** These arguments without the first positional ones. */
  public Arguments dropFirst(String function, int count) {
    return new Arguments(function, positional.subList(count, positional.size()), named);
  }

  public static boolean isTrue(Value value) {
    return value != null && value.isTrue();
  }

  public static boolean isNone(Value value) {
    return value == null || value == NoneValue.NONE;
  }

  /** An integer, clamped to the range of int; {@code absent} if the value is null. */
  public static int integer(Value value, int absent) {
    if (value == null) {
      return absent;
    }
    return Indices.index(value).orElseThrow(() -> mismatch(value, "an integer"));
  }

  public static TextValue text(Value value) {
    if (value instanceof TextValue text) {
      return text;
    }
    throw mismatch(value, "a string");
  }

  /** The value's text; {@code absent} for null and {@code None}. */
  public static String text(Value value, String absent) {
    return isNone(value) ? absent : text(value).text();
  }

  private static EvaluationException mismatch(Value value, String wanted) {
    return value instanceof UndefinedValue undefined
        ? undefined.failure()
        : new EvaluationException("expected " + wanted + ", not '" + value.typeName() + "'");
  }
}
