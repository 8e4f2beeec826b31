package io.pinion.jinja.value;

import java.util.Collections;
import java.util.List;

/** A list; templates cannot modify it. */
public final class ListValue implements SequenceValue {
  private final List<Value> items;
  private final int nesting;

  /** Wraps the list without copying it; the list must not change any more. */
  public ListValue(List<Value> items) {
    this.items = Collections.unmodifiableList(items);
    this.nesting = SequenceValue.nestingOf(items);
  }

  @Override
  public List<Value> items() {
    return items;
  }

  @Override
  public ListValue with(List<Value> changed) {
    return new ListValue(changed);
  }

  @Override
  public String typeName() {
    return "list";
  }

  @Override
  public void print(Printer printer) {
    printer.append("[").values(items).append("]");
  }

  @Override
  public int nesting() {
    return nesting;
  }
}
