package io.pinion.jinja.syntax;

import io.pinion.jinja.filter.Filters;
import io.pinion.jinja.value.Value;

/** A filter and its arguments. */
record FilterCall(String name, CallArguments arguments, int line) {
  Value apply(Value input, Frame frame) {
    return Filters.find(name).apply(input, arguments.evaluate(name, frame), frame.budget());
  }
}
