package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;

/**
 * A callable value: a global function, a method bound to its object, or a macro.
 *
 * @param typeName Python's type: {@code function}, {@code builtin_function_or_method} or {@code
 *     Macro}
 */
public record FunctionValue(String typeName, String name, Function function) implements Value {
  static FunctionValue method(String name, Function function) {
    return new FunctionValue("builtin_function_or_method", name, function);
  }

  @Override
  public void print(Printer printer) {
    printer.append("<" + typeName + " '" + name + "'>");
  }

  public Value call(Arguments arguments, Budget budget) {
    return function.call(arguments, budget);
  }
}
