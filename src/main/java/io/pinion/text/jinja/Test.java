package io.pinion.text.jinja;

/** What stands after {@code is}. */
@FunctionalInterface
interface Test {
  boolean holds(Value value, Arguments arguments, Budget budget);
}
