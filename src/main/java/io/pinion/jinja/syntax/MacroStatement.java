package io.pinion.jinja.syntax;

import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Function;
import io.pinion.jinja.value.FunctionValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import java.util.List;
import java.util.Optional;

/**
 * {@code macro a(b, c=d)} up to {@code endmacro}: defines a function that returns the output of its
 * body.
 */
record MacroStatement(String name, List<Parameter> parameters, List<Statement> body, int line)
    implements Statement {
  /** A parameter and its default value. */
  record Parameter(String name, Optional<Expression> absent) {}

  @Override
  public Flow run(Frame frame) {
    Function call = (arguments, budget) -> call(arguments, frame);
    frame.scope().assign(name, new FunctionValue("Macro", name, call));
    return Flow.ON;
  }

  private Value call(Arguments arguments, Frame definition) {
    Frame inner = definition.captured(definition.scope());
    String[] names = parameters.stream().map(Parameter::name).toArray(String[]::new);
    Value[] values = arguments.bind(0, names);
    for (int i = 0; i < values.length; i++) {
      Value value = values[i] == null ? absent(parameters.get(i), inner) : values[i];
      inner.scope().assign(names[i], value);
    }
    inner.run(body);
    return TextValue.of(inner.output().toString());
  }

  private static Value absent(Parameter parameter, Frame frame) {
    return parameter
        .absent()
        .map(frame::evaluate)
        .orElseGet(
            () -> new UndefinedValue("parameter '" + parameter.name() + "' was not provided"));
  }
}
