package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Value;

/** A Jinja test: what follows {@code is}. */
@FunctionalInterface
public interface Test {
  boolean holds(Value value, Arguments arguments, Budget budget);
}
