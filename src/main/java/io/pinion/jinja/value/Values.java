package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.Limits;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts Java objects to values, and iterable values to lists. */
public final class Values {
  private Values() {}

  /**
   * The value for a Java object.
   *
   * @throws IllegalArgumentException for a type other than null, Boolean, Number, String, Map and
   *     Iterable, and for nesting beyond {@link Limits#NESTING}
   */
  public static Value of(Object object) {
    return of(object, 0);
  }

  private static Value of(Object object, int depth) {
    if (depth >= Limits.NESTING) {
      throw new IllegalArgumentException("value nests deeper than " + Limits.NESTING);
    }
    if (object == null) {
      return NoneValue.NONE;
    }
    if (object instanceof String text) {
      return TextValue.of(text);
    }
    if (object instanceof Boolean bool) {
      return BoolValue.of(bool);
    }
    if (object instanceof Number number) {
      return number(number);
    }
    if (object instanceof Map<?, ?> map) {
      return dict(map, depth);
    }
    if (object instanceof Iterable<?> items) {
      List<Value> values = new ArrayList<>();
      items.forEach(item -> values.add(of(item, depth + 1)));
      return new ListValue(values);
    }
    throw new IllegalArgumentException("no template value for " + object.getClass().getName());
  }

  private static Value number(Number number) {
    if (number instanceof BigInteger integer) {
      return new IntValue(integer);
    }
    return number instanceof Integer || number instanceof Long
        ? IntValue.of(number.longValue())
        : new FloatValue(number.doubleValue());
  }

  private static Value dict(Map<?, ?> map, int depth) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    map.forEach((key, value) -> entries.put(of(key, depth + 1), of(value, depth + 1)));
    return new DictValue(entries);
  }

  /** The elements of an iterable value, counted in the budget. */
  public static List<Value> list(Value value, Budget budget) {
    if (value instanceof SequenceValue sequence) {
      budget.steps(1 + sequence.length() / Budget.ELEMENT);
      return sequence.items();
    }
    List<Value> items = new ArrayList<>();
    Iterator<Value> iterator = value.iterator();
    while (iterator.hasNext()) {
      budget.elements(1);
      items.add(iterator.next());
    }
    return items;
  }
}
