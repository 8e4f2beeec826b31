package io.pinion.jinja.value;

import java.util.Collections;
import java.util.List;

/** A tuple. */
public final class TupleValue implements SequenceValue {
  private final List<Value> items;
  private final int nesting;

  /** Wraps the list without copying it; the list must not change any more. */
  public TupleValue(List<Value> items) {
    this.items = Collections.unmodifiableList(items);
    this.nesting = SequenceValue.nestingOf(items);
  }

  static TupleValue of(Value first, Value second) {
    return new TupleValue(List.of(first, second));
  }

  @Override
  public List<Value> items() {
    return items;
  }

  @Override
  public TupleValue with(List<Value> changed) {
    return new TupleValue(changed);
  }

  @Override
  public String typeName() {
    return "tuple";
  }

  @Override
  public void print(Printer printer) {
    printer.append("(").values(items).append(items.size() == 1 ? ",)" : ")");
  }

  @Override
  public int nesting() {
    return nesting;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TupleValue tuple && items.equals(tuple.items);
  }

  @Override
  public int hashCode() {
    return items.hashCode();
  }
}
