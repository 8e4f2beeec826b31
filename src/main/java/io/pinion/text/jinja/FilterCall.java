package io.pinion.text.jinja;

/** A filter with the arguments written after it. */
record FilterCall(String name, CallArguments arguments, int line) {
  Value apply(Value input, Frame frame) {
    return Filters.find(name).apply(input, arguments.evaluate(name, frame), frame.budget());
  }
}
