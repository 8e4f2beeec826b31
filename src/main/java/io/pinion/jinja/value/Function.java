package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;

/** What a call in a template runs. */
@FunctionalInterface
public interface Function {
  Value call(Arguments arguments, Budget budget);
}
