package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;

/**
 * Checks the keys of a dictionary while it is filled and counts those that are not strings.
 *
 * <p>Keys with equal hashes share one list or tree in a {@code HashMap}. Strings are ordered in the
 * tree, so each is found in a few steps. Numbers and tuples are compared one after the other, so
 * their number is limited to {@link #MAX_OTHERS}.
 */
public final class KeyCount {
  static final int MAX_OTHERS = 1000;

  private final Budget budget;
  private int others;

  public KeyCount(Budget budget) {
    this.budget = budget;
  }

  /**
   * Checks a key and returns it.
   *
   * @throws EvaluationException if it cannot be a key
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
