package io.pinion.jinja;

import io.pinion.jinja.filter.Globals;
import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.syntax.Frame;
import io.pinion.jinja.syntax.Parser;
import io.pinion.jinja.syntax.Scope;
import io.pinion.jinja.syntax.Statement;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A Jinja template, parsed once and rendered any number of times. Immutable and thread-safe. */
public final class Template {
  private final List<Statement> statements;

  private Template(List<Statement> statements) {
    this.statements = statements;
  }

  /**
   * Parses a template's source.
   *
   * @throws JinjaException for a malformed template, naming the line
   */
  public static Template parse(String source) {
    return new Template(Parser.parse(source));
  }

  /**
   * Renders the template.
   *
   * @param bindings the variables: null, Boolean, Number, String, and Maps and Iterables of these
   * @throws JinjaException if the template fails, calls {@code raise_exception} or exceeds its
   *     limits
   */
  public String render(Map<String, ?> bindings, Limits limits) {
    return render(bindings, Clock.systemDefaultZone(), limits);
  }

  /** Renders the template within the standard limits; see {@link #render(Map, Limits)}. */
  public String render(Map<String, ?> bindings) {
    return render(bindings, Limits.standard());
  }

  String render(Map<String, ?> bindings, Clock clock, Limits limits) {
    Map<String, Value> names = new HashMap<>(Globals.all(clock));
    bindings.forEach((name, object) -> names.put(name, Values.of(object)));
    Budget budget = new Budget(limits);
    Frame frame = new Frame(Scope.of(names).nested(), new TextBuilder(budget), budget);
    frame.run(statements);
    return frame.output().toString();
  }
}
