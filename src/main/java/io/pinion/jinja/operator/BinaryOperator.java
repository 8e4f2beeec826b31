package io.pinion.jinja.operator;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Markup;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.SequenceValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/** The arithmetic operators, which also concatenate and repeat strings and lists. */
public enum BinaryOperator {
  ADD("+"),
  SUBTRACT("-"),
  MULTIPLY("*"),
  DIVIDE("/"),
  FLOOR_DIVIDE("//"),
  REMAINDER("%"),
  POWER("**");

  private final String symbol;

  BinaryOperator(String symbol) {
    this.symbol = symbol;
  }

  public String symbol() {
    return symbol;
  }

  public Value apply(Value left, Value right, Budget budget) {
    if (left instanceof NumberValue first && right instanceof NumberValue second) {
      budget.arithmetic(Arithmetic.bits(this, first, second));
      return Arithmetic.apply(this, first, second);
    }
    if (this == REMAINDER && left instanceof TextValue format) {
      return format.with(Printf.format(format.text(), right, budget));
    }
    if (this == ADD && left instanceof TextValue first && right instanceof TextValue second) {
      return joined(first, second, budget);
    }
    if (this == ADD
        && left instanceof SequenceValue first
        && right instanceof SequenceValue second
        && left.getClass() == right.getClass()) {
      return joined(first, second, budget);
    }
    if (this == MULTIPLY && left instanceof NumberValue count && count.isIntegral()) {
      return repeated(right, left, budget);
    }
    if (this == MULTIPLY && right instanceof NumberValue count && count.isIntegral()) {
      return repeated(left, right, budget);
    }
    throw unsupported(left, right);
  }

  private static Value joined(TextValue left, TextValue right, Budget budget) {
    boolean markup = left.isMarkup() || right.isMarkup();
    TextBuilder out = new TextBuilder(budget);
    out.append(markup ? Markup.escaped(left, budget) : left.text());
    out.append(markup ? Markup.escaped(right, budget) : right.text());
    return new TextValue(out.toString(), markup);
  }

  private static Value joined(SequenceValue left, SequenceValue right, Budget budget) {
    budget.elements(left.length() + right.length());
    List<Value> items = new ArrayList<>(left.items());
    items.addAll(right.items());
    return left.with(items);
  }

  private Value repeated(Value value, Value count, Budget budget) {
    int times = Math.max(0, Arguments.integer(count, 0));
    if (value instanceof TextValue text) {
      return text.with(new TextBuilder(budget).append(text.text(), times).toString());
    }
    if (!(value instanceof SequenceValue sequence)) {
      throw unsupported(value, count);
    }
    budget.elements((long) sequence.length() * times);
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < times && sequence.isTrue(); i++) {
      items.addAll(sequence.items());
    }
    return sequence.with(items);
  }

  private EvaluationException unsupported(Value left, Value right) {
    if (left instanceof UndefinedValue undefined) {
      return undefined.failure();
    }
    if (right instanceof UndefinedValue undefined) {
      return undefined.failure();
    }
    return new EvaluationException(
        "unsupported operand types for "
            + symbol
            + ": '"
            + left.typeName()
            + "' and '"
            + right.typeName()
            + "'");
  }
}
