package io.pinion.jinja.value;

import java.util.Iterator;
import java.util.List;

/** A Python iterator: it has no length, is always true and can be iterated only once. */
public final class IteratorValue implements Value {
  private final String typeName;
  private final Iterator<Value> remaining;
  private final int nesting;

  public IteratorValue(String typeName, List<Value> items) {
    this.typeName = typeName;
    this.remaining = items.iterator();
    this.nesting = SequenceValue.nestingOf(items);
  }

  /** The result of filters that select or map elements. */
  public static IteratorValue generator(List<Value> items) {
    return new IteratorValue("generator", items);
  }

  @Override
  public String typeName() {
    return typeName;
  }

  @Override
  public void print(Printer printer) {
    printer.append("<" + typeName + " object>");
  }

  @Override
  public boolean isIterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return remaining;
  }

  @Override
  public int nesting() {
    return nesting;
  }
}
