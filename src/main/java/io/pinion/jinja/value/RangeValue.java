package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The result of {@code range}.
 *
 * @param length the number of elements, at most {@link #MAX_LENGTH}
 */
public record RangeValue(BigInteger start, BigInteger step, int length) implements Value {
  /** The limit of Jinja's sandbox. */
  static final int MAX_LENGTH = 100_000;

  public static RangeValue of(BigInteger start, BigInteger stop, BigInteger step) {
    if (step.signum() == 0) {
      throw new EvaluationException("range() arg 3 must not be zero");
    }
    BigInteger span = stop.subtract(start).multiply(BigInteger.valueOf(step.signum()));
    BigInteger count =
        span.add(step.abs()).subtract(BigInteger.ONE).divide(step.abs()).max(BigInteger.ZERO);
    if (span.signum() <= 0) {
      count = BigInteger.ZERO;
    }
    if (count.bitLength() > 31 || count.intValue() > MAX_LENGTH) {
      throw new EvaluationException("range of more than " + MAX_LENGTH + " numbers");
    }
    return new RangeValue(start, step, count.intValue());
  }

  private Value at(int index) {
    return new IntValue(start.add(step.multiply(BigInteger.valueOf(index))));
  }

  @Override
  public String typeName() {
    return "range";
  }

  @Override
  public void print(Printer printer) {
    BigInteger stop = start.add(step.multiply(BigInteger.valueOf(length)));
    printer.append("range(" + start + ", " + stop);
    printer.append(step.equals(BigInteger.ONE) ? ")" : ", " + step + ")");
  }

  @Override
  public boolean isTrue() {
    return length > 0;
  }

  @Override
  public Optional<Value> item(Value key) {
    return Indices.index(key).flatMap(index -> Indices.within(index, length)).map(this::at);
  }

  @Override
  public boolean isSized() {
    return true;
  }

  @Override
  public boolean isIterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return IntStream.range(0, length).mapToObj(this::at).iterator();
  }
}
