package io.pinion.text.jinja;

/** What a call in a template runs. */
@FunctionalInterface
interface Function {
  Value call(Arguments arguments, Budget budget);
}
