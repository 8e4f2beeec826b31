package io.pinion.jinja.syntax;

import io.pinion.jinja.value.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The variables visible in one part of a template; its own hide those of enclosing scopes. */
public final class Scope {
  private final Scope outer;
  private final Map<String, Value> values;

  private Scope(Scope outer, Map<String, Value> values) {
    this.outer = outer;
    this.values = values;
  }

  public static Scope of(Map<String, Value> globals) {
    return new Scope(null, new HashMap<>(globals));
  }

  /** A nested scope, whose assignments are not visible outside. */
  public Scope nested() {
    return new Scope(this, new HashMap<>());
  }

  void assign(String name, Value value) {
    values.put(name, value);
  }

  Optional<Value> find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.values.get(name);
      if (value != null) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
