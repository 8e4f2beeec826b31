package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.SubstringSearch;
import java.util.Iterator;
import java.util.Map;

/** Python's {@code ==} and {@code in}. */
public final class Equality {
  private Equality() {}

  public static boolean equal(Value left, Value right, Budget budget) {
    budget.steps(1);
    if (left instanceof NumberValue first && right instanceof NumberValue second) {
      first.countComparison(second, budget);
      return !isNan(first) && !isNan(second) && NumberValue.compare(first, second) == 0;
    }
    if (left instanceof TextValue first) {
      budget.read(first.text());
      return first.equals(right);
    }
    if (left instanceof SequenceValue first && right instanceof SequenceValue second) {
      return left.getClass() == right.getClass() && sequences(first, second, budget);
    }
    if (left instanceof DictValue first && right instanceof DictValue second) {
      return dicts(first, second, budget);
    }
    return left.equals(right);
  }

  public static boolean isNan(Value value) {
    return value instanceof FloatValue number && Double.isNaN(number.value());
  }

  /** Whether elements are the same object or equal. */
  private static boolean same(Value left, Value right, Budget budget) {
    return left == right || equal(left, right, budget);
  }

  private static boolean sequences(SequenceValue left, SequenceValue right, Budget budget) {
    if (left.length() != right.length()) {
      return false;
    }
    for (int i = 0; i < left.length(); i++) {
      if (!same(left.items().get(i), right.items().get(i), budget)) {
        return false;
      }
    }
    return true;
  }

  private static boolean dicts(DictValue left, DictValue right, Budget budget) {
    if (left.length() != right.length()) {
      return false;
    }
    for (Map.Entry<Value, Value> entry : left.entries().entrySet()) {
      Value other = right.entries().get(entry.getKey());
      if (other == null || !same(entry.getValue(), other, budget)) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code element in container} holds. */
  public static boolean contains(Value container, Value element, Budget budget) {
    if (container instanceof TextValue text) {
      budget.read(text.text());
      if (element instanceof TextValue part) {
        return SubstringSearch.fromBegin(part.text(), budget).find(text.text()) >= 0;
      }
      throw new EvaluationException(
          "'in <string>' requires string as left operand, not " + element.typeName());
    }
    if (container instanceof DictValue dict) {
      Keys.count(element, budget);
      return dict.find(element).isPresent();
    }
    if (!container.isIterable()) {
      throw new EvaluationException(
          "argument of type '" + container.typeName() + "' is not iterable");
    }
    Iterator<Value> elements = container.iterator();
    while (elements.hasNext()) {
      if (same(elements.next(), element, budget)) {
        return true;
      }
    }
    return false;
  }
}
