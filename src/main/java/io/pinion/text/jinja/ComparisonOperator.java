package io.pinion.text.jinja;

/** What may stand between two values that are compared. */
enum ComparisonOperator {
  EQUAL,
  NOT_EQUAL,
  LESS,
  LESS_OR_EQUAL,
  GREATER,
  GREATER_OR_EQUAL,
  IN,
  NOT_IN;

  boolean holds(Value left, Value right, Budget budget) {
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
