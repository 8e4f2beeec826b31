package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Value;

/** What stands after a bar. */
@FunctionalInterface
public interface Filter {
  Value apply(Value input, Arguments arguments, Budget budget);
}
