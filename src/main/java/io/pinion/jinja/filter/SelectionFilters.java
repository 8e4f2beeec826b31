package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Items;
import io.pinion.jinja.value.IteratorValue;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The filters that select or map elements. Their results are computed eagerly, but can be iterated
 * only once, like Python's generators.
 */
final class SelectionFilters {
  private SelectionFilters() {}

  static Map<String, Filter> all() {
    return Map.of(
        "map", SelectionFilters::map,
        "select", (input, arguments, budget) -> pick(input, arguments, false, true, budget),
        "reject", (input, arguments, budget) -> pick(input, arguments, false, false, budget),
        "selectattr", (input, arguments, budget) -> pick(input, arguments, true, true, budget),
        "rejectattr", (input, arguments, budget) -> pick(input, arguments, true, false, budget));
  }

  private static Value map(Value input, Arguments arguments, Budget budget) {
    if (!input.isTrue()) {
      return IteratorValue.generator(List.of());
    }
    java.util.function.Function<Value, Value> change = change(arguments, budget);
    List<Value> changed = new ArrayList<>();
    for (Value item : Values.list(input, budget)) {
      budget.elements(1);
      changed.add(change.apply(item));
    }
    return IteratorValue.generator(changed);
  }

  private static java.util.function.Function<Value, Value> change(
      Arguments arguments, Budget budget) {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Value[] given = arguments.bind(1, "attribute", "default");
      return item -> orDefault(Items.follow(item, given[0], budget), given[1]);
    }
    if (arguments.positional().isEmpty()) {
      throw new EvaluationException("map needs a filter's name or an attribute");
    }
    String name = Arguments.text(arguments.positional().get(0)).text();
    Filter filter = Filters.find(name);
    Arguments rest = arguments.dropFirst(name, 1);
    return item -> filter.apply(item, rest, budget);
  }

  private static Value orDefault(Value value, Value otherwise) {
    return value.isUndefined() && !Arguments.isNone(otherwise) ? otherwise : value;
  }

  private static Value pick(
      Value input, Arguments arguments, boolean byAttribute, boolean wanted, Budget budget) {
    if (!input.isTrue()) {
      return IteratorValue.generator(List.of());
    }
    Predicate<Value> condition = condition(arguments, byAttribute, budget);
    List<Value> picked = new ArrayList<>();
    for (Value item : Values.list(input, budget)) {
      budget.elements(1);
      if (condition.test(item) == wanted) {
        picked.add(item);
      }
    }
    return IteratorValue.generator(picked);
  }

  private static Predicate<Value> condition(
      Arguments arguments, boolean byAttribute, Budget budget) {
    List<Value> given = arguments.positional();
    int skipped = byAttribute ? 1 : 0;
    if (given.size() < skipped) {
      throw new EvaluationException(arguments.function() + " needs an attribute's name");
    }
    Value path = byAttribute ? given.get(0) : NoneValue.NONE;
    if (given.size() == skipped) {
      return item -> Items.follow(item, path, budget).isTrue();
    }
    String name = Arguments.text(given.get(skipped)).text();
    Test test = Tests.find(name);
    Arguments rest = arguments.dropFirst(name, skipped + 1);
    return item -> test.holds(Items.follow(item, path, budget), rest, budget);
  }
}
