package io.pinion.jinja.value;

import io.pinion.jinja.string.CodePoints;
import java.util.Iterator;
import java.util.Optional;

/**
 * A string.
 *
 * @param isMarkup whether it is marked as safe HTML, so that strings added to it are escaped
 */
public record TextValue(String text, boolean isMarkup) implements Value, Comparable<TextValue> {
  public static final TextValue EMPTY = new TextValue("", false);

  public static TextValue of(String text) {
    return text.isEmpty() ? EMPTY : new TextValue(text, false);
  }

  /** Another string with the same markup flag. */
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

  /** Its characters, without the markup flag. */
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

  /** An order for hash maps, which use it to find one of many keys with equal hashes. */
  @Override
  public int compareTo(TextValue other) {
    return text.compareTo(other.text);
  }
}
