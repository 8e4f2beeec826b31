package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.limit.Limits;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * A list or a tuple.
 *
 * <p>Values nest at most {@link Limits#NESTING} deep, so that recursion over them is bounded.
 */
public sealed interface SequenceValue extends Value permits ListValue, TupleValue {
  List<Value> items();

  /** A sequence of the same type with other elements. */
  SequenceValue with(List<Value> items);

  @Override
  default boolean isTrue() {
    return !items().isEmpty();
  }

  @Override
  default Optional<Value> attribute(String name) {
    return SequenceMethods.bound(this, name);
  }

  @Override
  default Optional<Value> item(Value key) {
    return Indices.index(key)
        .flatMap(index -> Indices.within(index, items().size()))
        .map(index -> items().get(index));
  }

  @Override
  default boolean isSized() {
    return true;
  }

  @Override
  default int length() {
    return items().size();
  }

  @Override
  default boolean isIterable() {
    return true;
  }

  @Override
  default Iterator<Value> iterator() {
    return items().iterator();
  }

  /** One more than the depth of the deepest element. */
  static int nestingOf(Iterable<Value> items) {
    int deepest = 0;
    for (Value item : items) {
      deepest = Math.max(deepest, item.nesting());
    }
    if (deepest >= Limits.NESTING) {
      throw new EvaluationException("value nests deeper than " + Limits.NESTING);
    }
    return deepest + 1;
  }
}
