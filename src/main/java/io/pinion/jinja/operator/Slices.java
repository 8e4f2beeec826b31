package io.pinion.jinja.operator;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.CodePoints;
import io.pinion.jinja.value.Indices;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.RangeValue;
import io.pinion.jinja.value.SequenceValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Python's slices: {@code x[1:]}, {@code x[::-1]}. */
public final class Slices {
  private Slices() {}

  /**
   * A slice of a string, list, tuple or range.
   *
   * @param start where to begin, or {@code None}; likewise {@code stop} and {@code step}
   */
  public static Value slice(Value value, Value start, Value stop, Value step, Budget budget) {
    if (value instanceof UndefinedValue undefined) {
      throw undefined.failure();
    }
    int length = sliceableLength(value, budget);
    int stride = step == NoneValue.NONE ? 1 : bound(step);
    if (stride == 0) {
      throw new EvaluationException("slice step cannot be zero");
    }
    int lowest = stride > 0 ? 0 : -1;
    int highest = stride > 0 ? length : length - 1;
    int from =
        start == NoneValue.NONE
            ? (stride > 0 ? lowest : highest)
            : Indices.bound(bound(start), length, lowest, highest);
    int to =
        stop == NoneValue.NONE
            ? (stride > 0 ? highest : lowest)
            : Indices.bound(bound(stop), length, lowest, highest);
    return part(value, from, to, stride, budget);
  }

  private static int sliceableLength(Value value, Budget budget) {
    if (value instanceof TextValue text) {
      budget.read(text.text());
    }
    if (value instanceof TextValue
        || value instanceof SequenceValue
        || value instanceof RangeValue) {
      return value.length();
    }
    throw new EvaluationException("'" + value.typeName() + "' object cannot be sliced");
  }

  private static int bound(Value value) {
    return Indices.index(value)
        .orElseThrow(() -> new EvaluationException("slice indices must be integers or None"));
  }

  private static Value part(Value value, int from, int to, int stride, Budget budget) {
    long span = stride > 0 ? (long) to - from : (long) from - to;
    int count = span <= 0 ? 0 : (int) ((span - 1) / Math.abs((long) stride) + 1);
    if (value instanceof TextValue text) {
      budget.characters(count);
      return text.with(textPart(text.text(), from, stride, count));
    }
    if (value instanceof RangeValue range) {
      BigInteger first = range.start().add(range.step().multiply(BigInteger.valueOf(from)));
      return new RangeValue(first, range.step().multiply(BigInteger.valueOf(stride)), count);
    }
    budget.elements(count);
    SequenceValue sequence = (SequenceValue) value;
    return sequence.with(items(sequence.items()::get, from, stride, count));
  }

  private static String textPart(String text, int from, int stride, int count) {
    if (stride == 1) {
      return CodePoints.between(text, Math.min(from, CodePoints.length(text)), from + count);
    }
    int[] codePoints = text.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.appendCodePoint(codePoints[from + i * stride]);
    }
    return out.toString();
  }

  private static List<Value> items(IntFunction<Value> at, int from, int stride, int count) {
    List<Value> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(at.apply(from + i * stride));
    }
    return items;
  }
}
