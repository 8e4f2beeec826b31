package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.util.Iterator;
import java.util.Optional;

/**
 * A Python value, as a template sees it. Immutable except {@link NamespaceValue}, {@link
 * IteratorValue} and {@link LoopValue}.
 *
 * <p>{@code equals} and {@code hashCode} serve dictionary keys, so they are defined only for
 * hashable values; {@link Equality} implements Python's {@code ==}.
 */
public sealed interface Value
    permits NoneValue,
        NumberValue,
        TextValue,
        SequenceValue,
        DictValue,
        DictView,
        RangeValue,
        IteratorValue,
        UndefinedValue,
        NamespaceValue,
        LoopValue,
        FunctionValue {
  /** The name of Python's type. */
  String typeName();

  /** Writes the value as Python's {@code repr} does. */
  void print(Printer printer);

  default boolean isTrue() {
    return true;
  }

  /** A field or method; empty for an unknown name. */
  default Optional<Value> attribute(String name) {
    return Optional.empty();
  }

  /** The item for a subscript; empty if Python has no such item. */
  default Optional<Value> item(Value key) {
    return Optional.empty();
  }

  /** Whether {@code len} works on it. */
  default boolean isSized() {
    return false;
  }

  /** The result of {@code len}. */
  default int length() {
    throw new EvaluationException("object of type '" + typeName() + "' has no len()");
  }

  default boolean isIterable() {
    return false;
  }

  default Iterator<Value> iterator() {
    throw new EvaluationException("'" + typeName() + "' object is not iterable");
  }

  /** How deeply lists, tuples and dictionaries nest in it. */
  default int nesting() {
    return 0;
  }

  default boolean isUndefined() {
    return false;
  }
}
