package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;

/** The Java code of a function that templates can call. */
@FunctionalInterface
public interface Function {
  Value call(Arguments arguments, Budget budget);
}
