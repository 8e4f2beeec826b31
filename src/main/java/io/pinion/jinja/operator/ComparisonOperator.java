package io.pinion.jinja.operator;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.value.Equality;
import io.pinion.jinja.value.Value;

/** The comparison operators, including {@code in} and {@code not in}. */
public enum ComparisonOperator {
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  GREATER,
  GREATER_OR_EQUAL,
  IN,
  NOT_IN;

  public boolean holds(Value left, Value right, Budget budget) {
    return switch (this) {
      case EQUAL -> Equality.equal(left, right, budget);
      case NOT_EQUAL -> !Equality.equal(left, right, budget);
      case IN -> Equality.contains(right, left, budget);
      case NOT_IN -> !Equality.contains(right, left, budget);
      default -> holdsInOrder(left, right, budget);
    };
  }

  private boolean holdsInOrder(Value left, Value right, Budget budget) {
    int order = Ordering.compare(left, right, budget);
    if (Equality.isNan(left) || Equality.isNan(right)) {
      return false;
    }
    return switch (this) {
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      default -> order >= 0;
    };
  }
}
