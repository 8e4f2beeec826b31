package io.pinion.jinja.value;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** A dictionary in insertion order; templates cannot modify it. */
public final class DictValue implements Value {
  private final Map<Value, Value> entries;
  private final int nesting;

  /** Wraps the map without copying it; the map must keep its order and must not change any more. */
  public DictValue(Map<Value, Value> entries) {
    this.entries = Collections.unmodifiableMap(entries);
    this.nesting =
        Math.max(
            SequenceValue.nestingOf(entries.keySet()), SequenceValue.nestingOf(entries.values()));
  }

  public Map<Value, Value> entries() {
    return entries;
  }

  /** The value of a key, which is checked to be hashable. */
  public Optional<Value> find(Value key) {
    return Optional.ofNullable(entries.get(Keys.checked(key)));
  }

  @Override
  public String typeName() {
    return "dict";
  }

  @Override
  public void print(Printer printer) {
    printer.append("{").entries(entries).append("}");
  }

  @Override
  public boolean isTrue() {
    return !entries.isEmpty();
  }

  @Override
  public Optional<Value> attribute(String name) {
    return DictMethods.bound(this, name);
  }

  @Override
  public Optional<Value> item(Value key) {
    return Keys.isHashable(key) ? find(key) : Optional.empty();
  }

  @Override
  public boolean isSized() {
    return true;
  }

  @Override
  public int length() {
    return entries.size();
  }

  @Override
  public boolean isIterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return entries.keySet().iterator();
  }

  @Override
  public int nesting() {
    return nesting;
  }
}
