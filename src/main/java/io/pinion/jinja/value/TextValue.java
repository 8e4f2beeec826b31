package io.pinion.jinja.value;

import io.pinion.jinja.string.CodePoints;
import java.util.Iterator;
import java.util.Optional;

/**
 * A string.
 *
 * @param isMarkup whether it is marked as safe HTML: a text added to it is escaped
 */
public record TextValue(String text, boolean isMarkup) implements Value, Comparable<TextValue> {
  public static final TextValue EMPTY = new TextValue("", false);

  public static TextValue of(String text) {
    return text.isEmpty() ? EMPTY : new TextValue(text, false);
  }

  /** Another text, marked as this one is. */
  public TextValue with(String changed) {
    return new TextValue(changed, isMarkup);
  }

  @Override
  public String typeName() {
    return isMarkup ? "Markup" : "str";
  }

  @Override
  public void print(Printer printer) {
    if (isMarkup) {
      printer.append("Markup(");
    }
    printer.quote(text);
    if (isMarkup) {
      printer.append(")");
    }
  }

  @Override
  public boolean isTrue() {
    return !text.isEmpty();
  }

  @Override
  public Optional<Value> attribute(String name) {
    return TextMethods.bound(this, name);
  }

  @Override
  public Optional<Value> item(Value key) {
    return Indices.index(key)
        .flatMap(index -> Indices.within(index, length()))
        .map(index -> with(CodePoints.at(text, index)));
  }

  @Override
  public boolean isSized() {
    return true;
  }

  @Override
  public int length() {
    return CodePoints.length(text);
  }

  @Override
  public boolean isIterable() {
    return true;
  }

  /** Its characters, which are no markup. */
  @Override
  public Iterator<Value> iterator() {
    return text.codePoints().<Value>mapToObj(c -> of(Character.toString(c))).iterator();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TextValue value && text.equals(value.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** An order for hash maps, which find one of many keys with the same hash by it. */
  @Override
  public int compareTo(TextValue other) {
    return text.compareTo(other.text);
  }
}
