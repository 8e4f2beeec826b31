package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Value;

/** A Jinja filter: what follows a {@code |}. */
@FunctionalInterface
public interface Filter {
  Value apply(Value input, Arguments arguments, Budget budget);
}
