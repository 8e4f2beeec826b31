package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The argument expressions of a call.
 *
 * @param spread the argument after {@code *}
 * @param spreadNamed the argument after {@code **}
 */
record CallArguments(
    List<Expression> positional,
    Map<String, Expression> named,
    Optional<Expression> spread,
    Optional<Expression> spreadNamed) {
  static CallArguments of(List<Expression> positional) {
    return new CallArguments(positional, Map.of(), Optional.empty(), Optional.empty());
  }

  Arguments evaluate(String function, Frame frame) {
    List<Value> values = new ArrayList<>();
    positional.forEach(expression -> values.add(frame.evaluate(expression)));
    Map<String, Value> byName = new LinkedHashMap<>();
    named.forEach((name, expression) -> byName.put(name, frame.evaluate(expression)));
    spread.ifPresent(
        expression -> values.addAll(Values.list(frame.evaluate(expression), frame.budget())));
    spreadNamed.ifPresent(
        expression -> addEntries(frame.evaluate(expression), function, byName, frame.budget()));
    return new Arguments(function, values, byName);
  }

  private static void addEntries(
      Value spread, String function, Map<String, Value> byName, Budget budget) {
    if (!(spread instanceof DictValue dict)) {
      throw new EvaluationException("argument after ** must be a mapping");
    }
    budget.elements(dict.length());
    dict.entries()
        .forEach(
            (key, value) -> {
              if (byName.put(Arguments.text(key).text(), value) != null) {
                throw new EvaluationException(function + " got multiple values for one argument");
              }
            });
  }
}
