package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;

/** Checks whether values can be dictionary keys. */
public final class Keys {
  private static final int MAX_NODES = 1000;

  private Keys() {}

  /** Whether Python can hash the value; fails for a tuple of over a thousand elements. */
  static boolean isHashable(Value key) {
    if (count(key, 0) > MAX_NODES) {
      throw new EvaluationException("tuple is too large for a key");
    }
    return hasHash(key);
  }

  private static boolean hasHash(Value key) {
    if (key instanceof TupleValue tuple) {
      return tuple.items().stream().allMatch(Keys::hasHash);
    }
    return !(key instanceof ListValue || key instanceof DictValue || key instanceof DictView);
  }

  /**
   * Checks a key and returns it.
   *
   * @throws EvaluationException if it cannot be a key
   */
  public static Value checked(Value key) {
    if (!isHashable(key)) {
      throw new EvaluationException("unhashable type: '" + key.typeName() + "'");
    }
    return key;
  }

  /** Counts the cost of looking up a key: reading its texts. */
  static void count(Value key, Budget budget) {
    budget.steps(1);
    if (key instanceof TextValue text) {
      budget.read(text.text());
    } else if (key instanceof TupleValue tuple && isHashable(key)) {
      tuple.items().forEach(item -> count(item, budget));
    }
  }

  private static int count(Value key, int before) {
    int nodes = before + 1;
    if (key instanceof TupleValue tuple) {
      for (Value item : tuple.items()) {
        if (nodes > MAX_NODES) {
          return nodes;
        }
        nodes = count(item, nodes);
      }
    }
    return nodes;
  }
}
