package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The variable {@code loop} inside a for statement.
 *
 * <p>Elements are taken one at a time; {@code last}, {@code nextitem} and the lengths look ahead
 * only when read, so that a loop over a filtered sequence sees changes as it does in Jinja.
 */
public final class LoopValue implements Value {
  private final Budget budget;
  private Iterator<Value> remaining;
  private int length;
  private int index0 = -1;
  private Value previous;
  private Value current;
  private Value next;
  private List<Value> lastChanged;

  /**
   * Starts a loop.
   *
   * @param length the number of elements; -1 if only iterating can tell
   */
  public LoopValue(Iterator<Value> elements, int length, Budget budget) {
    this.remaining = elements;
    this.length = length;
    this.budget = budget;
  }

  /** Moves to the next element; false at the end. */
  public boolean advance() {
    Value following = peek();
    if (following == null) {
      return false;
    }
    index0++;
    previous = current;
    current = following;
    next = null;
    return true;
  }

  public Value current() {
    return current;
  }

  private Value peek() {
    if (next == null && remaining.hasNext()) {
      next = remaining.next();
    }
    return next;
  }

  @Override
  public boolean isSized() {
    return true;
  }

  @Override
  public int length() {
    if (length < 0) {
      List<Value> rest = new ArrayList<>();
      remaining.forEachRemaining(rest::add);
      budget.elements(rest.size());
      remaining = rest.iterator();
      length = rest.size() + index0 + 1 + (next == null ? 0 : 1);
    }
    return length;
  }

  @Override
  public Optional<Value> attribute(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "index" -> IntValue.of(index0 + 1);
          case "index0" -> IntValue.of(index0);
          case "revindex" -> IntValue.of(length() - index0);
          case "revindex0" -> IntValue.of(length() - index0 - 1);
          case "first" -> BoolValue.of(index0 == 0);
          case "last" -> BoolValue.of(peek() == null);
          case "length" -> IntValue.of(length());
          case "depth" -> IntValue.of(1);
          case "depth0" -> IntValue.of(0);
          case "previtem" -> present(previous, "there is no previous item");
          case "nextitem" -> present(peek(), "there is no next item");
          case "cycle" -> FunctionValue.method("cycle", (arguments, unused) -> cycled(arguments));
          case "changed" -> FunctionValue.method("changed", this::changed);
          default -> null;
        });
  }

  private static Value present(Value value, String otherwise) {
    return value == null ? new UndefinedValue(otherwise) : value;
  }

  private Value cycled(Arguments arguments) {
    List<Value> values = arguments.positional();
    if (values.isEmpty()) {
      throw new EvaluationException("no items for cycling given");
    }
    return values.get(index0 % values.size());
  }

  private Value changed(Arguments arguments, Budget budget) {
    List<Value> values = arguments.positional();
    boolean same =
        lastChanged != null
            && Equality.equal(new TupleValue(lastChanged), new TupleValue(values), budget);
    lastChanged = values;
    return BoolValue.of(!same);
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public void print(Printer printer) {
    printer.append("<LoopContext " + (index0 + 1) + "/" + length() + ">");
  }
}
