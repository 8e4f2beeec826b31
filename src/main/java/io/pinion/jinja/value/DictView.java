package io.pinion.jinja.value;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A dictionary view, as returned by {@code keys}, {@code values} and {@code items}.
 *
 * @param typeName {@code dict_keys} and the like
 */
public record DictView(String typeName, ListValue elements) implements Value {
  static DictView keys(DictValue dict) {
    return new DictView("dict_keys", new ListValue(new ArrayList<>(dict.entries().keySet())));
  }

  static DictView values(DictValue dict) {
    return new DictView("dict_values", new ListValue(new ArrayList<>(dict.entries().values())));
  }

  public static DictView items(DictValue dict) {
    List<Value> pairs = new ArrayList<>();
    dict.entries().forEach((key, value) -> pairs.add(TupleValue.of(key, value)));
    return new DictView("dict_items", new ListValue(pairs));
  }

  @Override
  public void print(Printer printer) {
    printer.append(typeName).append("(").value(elements).append(")");
  }

  @Override
  public boolean isTrue() {
    return elements.isTrue();
  }

  @Override
  public boolean isSized() {
    return true;
  }

  @Override
  public int length() {
    return elements.length();
  }

  @Override
  public boolean isIterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return elements.iterator();
  }

  @Override
  public int nesting() {
    return elements.nesting();
  }
}
