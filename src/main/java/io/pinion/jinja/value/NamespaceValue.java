package io.pinion.jinja.value;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The result of {@code namespace}: attributes that {@code set} can change from inside a loop. */
public final class NamespaceValue implements Value {
  private final Map<Value, Value> attributes;

  public NamespaceValue(Map<Value, Value> attributes) {
    this.attributes = new LinkedHashMap<>(attributes);
  }

  public void assign(String name, Value value) {
    attributes.put(TextValue.of(name), value);
  }

  @Override
  public String typeName() {
    return "Namespace";
  }

  @Override
  public void print(Printer printer) {
    printer.append("<Namespace {").entries(attributes).append("}>");
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(attributes.get(TextValue.of(name)));
  }
}
