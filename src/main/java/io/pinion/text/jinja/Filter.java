package io.pinion.text.jinja;

/** What stands after a bar. */
@FunctionalInterface
interface Filter {
  Value apply(Value input, Arguments arguments, Budget budget);
}
