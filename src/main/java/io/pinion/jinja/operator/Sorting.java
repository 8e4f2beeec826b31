package io.pinion.jinja.operator;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Python's {@code sorted}: stable, also in reverse. */
public final class Sorting {
  private Sorting() {}

  /** Extracts the key that an element is sorted by. */
  @FunctionalInterface
  public interface Key {
    Value of(Value item);
  }

  private record Keyed(Value key, Value item) {}

  public static List<Value> sorted(List<Value> items, Key key, boolean reverse, Budget budget) {
    budget.elements(items.size());
    List<Keyed> keyed = new ArrayList<>();
    items.forEach(item -> keyed.add(new Keyed(key.of(item), item)));
    Comparator<Keyed> order = (a, b) -> Ordering.compare(a.key(), b.key(), budget);
    keyed.sort(reverse ? order.reversed() : order);
    List<Value> sorted = new ArrayList<>();
    keyed.forEach(element -> sorted.add(element.item()));
    return sorted;
  }
}
