package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;

/**
 * Checks the keys of a dictionary while it is filled and counts those that are not strings.
 *
 * <p>Keys with one hash are one list or tree in a {@code HashMap}. Strings are ordered in it, so
 * that each is found in a few steps; numbers and tuples are compared one after the other, so there
 * may be no more of them than can be compared so.
 */
public final class KeyCount {
  static final int MAX_OTHERS = 1000;

  private final Budget budget;
  private int others;

  public KeyCount(Budget budget) {
    this.budget = budget;
  }

  /**
   * The key itself.
   *
   * @throws EvaluationException where it cannot be one
   */
  public Value checked(Value key) {
    Keys.count(key, budget);
    return Keys.checked(key);
  }

  /** Counts a key that was not there before. */
  public void added(Value key) {
    if (!(key instanceof TextValue) && ++others > MAX_OTHERS) {
      throw new EvaluationException("more than " + MAX_OTHERS + " keys that are not strings");
    }
  }
}
