package io.pinion.jinja.string;

import io.pinion.jinja.limit.Budget;

/** Builds a string within the limits of a {@link Budget}. */
public final class TextBuilder {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;

  public TextBuilder(Budget budget) {
    this.budget = budget;
  }

  public TextBuilder append(String part) {
    budget.characters(part.length());
    budget.textLength((long) text.length() + part.length());
    text.append(part);
    return this;
  }

  public TextBuilder append(String part, long times) {
    budget.textLength(text.length() + part.length() * Math.max(0, Math.min(times, 1L << 32)));
    for (long i = 0; i < times && !part.isEmpty(); i++) {
      append(part);
    }
    return this;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
