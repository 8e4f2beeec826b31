package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.operator.BinaryOperator;
import io.pinion.jinja.operator.Ordering;
import io.pinion.jinja.operator.Sorting;
import io.pinion.jinja.string.Casing;
import io.pinion.jinja.string.CodePoints;
import io.pinion.jinja.string.Cutting;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.DictView;
import io.pinion.jinja.value.IntValue;
import io.pinion.jinja.value.Items;
import io.pinion.jinja.value.IteratorValue;
import io.pinion.jinja.value.KeyCount;
import io.pinion.jinja.value.ListValue;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.TupleValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The filters on lists, dictionaries and other iterables. */
final class SequenceFilters {
  private SequenceFilters() {}

  static Map<String, Filter> all() {
    return Map.ofEntries(
        Map.entry("attr", SequenceFilters::attribute),
        Map.entry("count", SequenceFilters::length),
        Map.entry("d", SequenceFilters::orDefault),
        Map.entry("default", SequenceFilters::orDefault),
        Map.entry("dictsort", SequenceFilters::dictSort),
        Map.entry("first", SequenceFilters::first),
        Map.entry("items", SequenceFilters::items),
        Map.entry("last", SequenceFilters::last),
        Map.entry("length", SequenceFilters::length),
        Map.entry("list", SequenceFilters::list),
        Map.entry("max", (input, arguments, budget) -> extreme(input, arguments, 1, budget)),
        Map.entry("min", (input, arguments, budget) -> extreme(input, arguments, -1, budget)),
        Map.entry("reverse", SequenceFilters::reverse),
        Map.entry("sort", SequenceFilters::sort),
        Map.entry("sum", SequenceFilters::sum),
        Map.entry("unique", SequenceFilters::unique));
  }

  private static Value attribute(Value input, Arguments arguments, Budget budget) {
    String name = Arguments.text(arguments.bind(1, "name")[0]).text();
    return input.attribute(name).orElseGet(() -> UndefinedValue.attribute(input, name));
  }

  private static Value length(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    if (input instanceof TextValue text) {
      budget.read(text.text());
    }
    return IntValue.of(input.length());
  }

  private static Value orDefault(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "default_value", "boolean");
    boolean absent = input.isUndefined() || (Arguments.isTrue(given[1]) && !input.isTrue());
    if (!absent) {
      return input;
    }
    return given[0] == null ? TextValue.EMPTY : given[0];
  }

  private static Value dictSort(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "case_sensitive", "by", "reverse");
    String by = given[1] == null ? "key" : Arguments.text(given[1]).text();
    if (!by.equals("key") && !by.equals("value")) {
      throw new EvaluationException("dictsort sorts by 'key' or 'value'");
    }
    if (!(input instanceof DictValue dict)) {
      throw new EvaluationException("dictsort needs a mapping, not '" + input.typeName() + "'");
    }
    int position = by.equals("key") ? 0 : 1;
    boolean caseSensitive = Arguments.isTrue(given[0]);
    Sorting.Key key =
        pair -> folded(((TupleValue) pair).items().get(position), caseSensitive, budget);
    List<Value> pairs = Values.list(DictView.items(dict), budget);
    return new ListValue(Sorting.sorted(pairs, key, Arguments.isTrue(given[2]), budget));
  }

  private static Value folded(Value value, boolean caseSensitive, Budget budget) {
    if (caseSensitive || !(value instanceof TextValue text)) {
      return value;
    }
    budget.characters(text.text().length());
    return text.with(Casing.lower(text.text()));
  }

  private static Value first(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    Iterator<Value> items = input.iterator();
    return items.hasNext() ? items.next() : new UndefinedValue("no first item, sequence is empty");
  }

  private static Value last(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    if (!isReversible(input)) {
      throw new EvaluationException("'" + input.typeName() + "' object is not reversible");
    }
    List<Value> items = Values.list(input, budget);
    return items.isEmpty()
        ? new UndefinedValue("no last item, sequence is empty")
        : items.get(items.size() - 1);
  }

  private static boolean isReversible(Value value) {
    return value.isIterable() && value.isSized();
  }

  private static Value items(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    if (input.isUndefined()) {
      return IteratorValue.generator(List.of());
    }
    if (!(input instanceof DictValue dict)) {
      throw new EvaluationException("items needs a mapping, not '" + input.typeName() + "'");
    }
    return IteratorValue.generator(Values.list(DictView.items(dict), budget));
  }

  private static Value list(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    return new ListValue(Values.list(input, budget));
  }

  private static Value reverse(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    if (input instanceof TextValue text) {
      budget.characters(text.text().length());
      return text.with(CodePoints.reversed(text.text()));
    }
    List<Value> items = new ArrayList<>(Values.list(input, budget));
    budget.elements(items.size());
    Collections.reverse(items);
    return isReversible(input)
        ? new IteratorValue(input.typeName() + "_reverseiterator", items)
        : new ListValue(items);
  }

  private static Value sort(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "reverse", "case_sensitive", "attribute");
    boolean caseSensitive = Arguments.isTrue(given[1]);
    List<Value> paths = new ArrayList<>();
    if (given[2] instanceof TextValue text) {
      budget.elements(text.text().length());
      Cutting.split(text.text(), ",", -1, budget).forEach(path -> paths.add(TextValue.of(path)));
    } else {
      paths.add(given[2] == null ? NoneValue.NONE : given[2]);
    }
    Sorting.Key key =
        item -> {
          List<Value> keys = new ArrayList<>();
          paths.forEach(
              path -> keys.add(folded(Items.follow(item, path, budget), caseSensitive, budget)));
          return new ListValue(keys);
        };
    List<Value> items = Values.list(input, budget);
    return new ListValue(Sorting.sorted(items, key, Arguments.isTrue(given[0]), budget));
  }

  private static Value extreme(Value input, Arguments arguments, int sign, Budget budget) {
    Value[] given = arguments.bind(0, "case_sensitive", "attribute");
    boolean caseSensitive = Arguments.isTrue(given[0]);
    Value path = given[1] == null ? NoneValue.NONE : given[1];
    Value best = null;
    Value bestKey = null;
    for (Value item : Values.list(input, budget)) {
      Value key = folded(Items.follow(item, path, budget), caseSensitive, budget);
      if (best == null || Ordering.compare(key, bestKey, budget) * sign > 0) {
        best = item;
        bestKey = key;
      }
    }
    return best == null ? new UndefinedValue("no aggregated item, sequence is empty") : best;
  }

  private static Value sum(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "attribute", "start");
    Value path = given[0] == null ? NoneValue.NONE : given[0];
    Value sum = given[1] == null ? IntValue.of(0) : given[1];
    if (sum instanceof TextValue) {
      throw new EvaluationException("sum cannot sum strings; use join");
    }
    for (Value item : Values.list(input, budget)) {
      sum = BinaryOperator.ADD.apply(sum, Items.follow(item, path, budget), budget);
    }
    return sum;
  }

  private static Value unique(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "case_sensitive", "attribute");
    Value path = given[1] == null ? NoneValue.NONE : given[1];
    KeyCount keys = new KeyCount(budget);
    Set<Value> seen = new HashSet<>();
    List<Value> kept = new ArrayList<>();
    for (Value item : Values.list(input, budget)) {
      budget.elements(1);
      Value key = Items.follow(item, path, budget);
      Value compared = keys.checked(folded(key, Arguments.isTrue(given[0]), budget));
      if (seen.add(compared)) {
        keys.added(compared);
        kept.add(item);
      }
    }
    return IteratorValue.generator(kept);
  }
}
