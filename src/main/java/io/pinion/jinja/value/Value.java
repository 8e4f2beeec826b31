package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.util.Iterator;
import java.util.Optional;

/**
 * A Python value, as a template sees it. Immutable but for {@link NamespaceValue}, {@link
 * IteratorValue} and {@link LoopValue}.
 *
 * <p>{@code equals} and {@code hashCode} are those of dictionary keys, hence defined for hashable
 * values; comparison by {@code ==} is {@link Equality}.
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

  /** Writes what Python's {@code repr} gives. */
  void print(Printer printer);

  default boolean isTrue() {
    return true;
  }

  /** A field or method; none for an unknown name. */
  default Optional<Value> attribute(String name) {
    return Optional.empty();
  }

  /** What stands in brackets after it; none where Python has no such item. */
  default Optional<Value> item(Value key) {
    return Optional.empty();
  }

  /** Whether {@code len} works on it. */
  default boolean isSized() {
    return false;
  }

  /** What {@code len} gives. */
  default int length() {
    throw new EvaluationException("object of type '" + typeName() + "' has no len()");
  }

  default boolean isIterable() {
    return false;
  }

  default Iterator<Value> iterator() {
    throw new EvaluationException("'" + typeName() + "' object is not iterable");
  }

  /** How deep lists, tuples and dictionaries nest in it. */
  default int nesting() {
    return 0;
  }

  default boolean isUndefined() {
    return false;
  }
}
