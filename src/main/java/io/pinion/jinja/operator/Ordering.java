package io.pinion.jinja.operator;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.Equality;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.SequenceValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;

/** Compares values as Python's {@code <} orders them. */
public final class Ordering {
  private Ordering() {}

  /**
   * Compares two values: negative, 0 or positive.
   *
   * @throws EvaluationException for values that cannot be compared, such as a string and a number
   */
  public static int compare(Value left, Value right, Budget budget) {
    budget.steps(1);
    if (left instanceof NumberValue first && right instanceof NumberValue second) {
      first.countComparison(second, budget);
      return NumberValue.compare(first, second);
    }
    if (left instanceof TextValue first && right instanceof TextValue second) {
      budget.read(first.text());
      return compareTexts(first.text(), second.text());
    }
    if (left instanceof SequenceValue first
        && right instanceof SequenceValue second
        && left.getClass() == right.getClass()) {
      return compareSequences(first, second, budget);
    }
    throw unordered(left, right);
  }

  /** Compares by code points; a surrogate pair is above any single UTF-16 unit. */
  private static int compareTexts(String left, String right) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      char first = left.charAt(i);
      char second = right.charAt(i);
      if (first != second) {
        boolean oneIsSurrogate = Character.isSurrogate(first) != Character.isSurrogate(second);
        int order = Character.compare(first, second);
        return oneIsSurrogate ? (Character.isSurrogate(first) ? 1 : -1) : order;
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  private static int compareSequences(SequenceValue left, SequenceValue right, Budget budget) {
    int length = Math.min(left.length(), right.length());
    for (int i = 0; i < length; i++) {
      Value first = left.items().get(i);
      Value second = right.items().get(i);
      if (first != second && !Equality.equal(first, second, budget)) {
        return compare(first, second, budget);
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  private static EvaluationException unordered(Value left, Value right) {
    if (left instanceof UndefinedValue undefined) {
      return undefined.failure();
    }
    if (right instanceof UndefinedValue undefined) {
      return undefined.failure();
    }
    return new EvaluationException(
        "cannot compare '" + left.typeName() + "' with '" + right.typeName() + "'");
  }
}
