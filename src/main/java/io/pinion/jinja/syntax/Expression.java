package io.pinion.jinja.syntax;

import io.pinion.jinja.filter.Tests;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.operator.Arithmetic;
import io.pinion.jinja.operator.BinaryOperator;
import io.pinion.jinja.operator.ComparisonOperator;
import io.pinion.jinja.operator.Slices;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.BoolValue;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.FunctionValue;
import io.pinion.jinja.value.Items;
import io.pinion.jinja.value.KeyCount;
import io.pinion.jinja.value.ListValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.TupleValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An expression of a template. Evaluated through {@link Frame#evaluate}, which counts the step and
 * adds the line to errors.
 */
sealed interface Expression extends Frame.Evaluable {
  /** A number, string or other constant. */
  record Literal(Value value, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return value;
    }
  }

  /** A variable. */
  record Name(String name, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return frame.scope().find(name).orElseGet(() -> UndefinedValue.name(name));
    }
  }

  /** {@code (a, b)}. */
  record TupleOf(List<Expression> items, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return new TupleValue(values(items, frame));
    }
  }

  /** {@code [a, b]}. */
  record ListOf(List<Expression> items, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return new ListValue(values(items, frame));
    }
  }

  private static List<Value> values(List<Expression> items, Frame frame) {
    frame.budget().elements(items.size());
    List<Value> values = new ArrayList<>(items.size());
    items.forEach(item -> values.add(frame.evaluate(item)));
    return values;
  }

  /** {@code {a: b}}. */
  record DictOf(List<Entry> entries, int line) implements Expression {
    /** A key with its value. */
    record Entry(Expression key, Expression value) {}

    @Override
    public Value evaluate(Frame frame) {
      frame.budget().elements(2L * entries.size());
      Map<Value, Value> values = new LinkedHashMap<>();
      KeyCount keys = new KeyCount(frame.budget());
      for (Entry entry : entries) {
        Value key = keys.checked(frame.evaluate(entry.key()));
        if (values.put(key, frame.evaluate(entry.value())) == null) {
          keys.added(key);
        }
      }
      return new DictValue(values);
    }
  }

  /** {@code a.b}: an attribute, or else an item. */
  record Attribute(Expression owner, String name, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      Value value = frame.evaluate(owner);
      return value
          .attribute(name)
          .or(() -> value.item(TextValue.of(name)))
          .orElseGet(() -> UndefinedValue.attribute(value, name));
    }
  }

  /** {@code a[b]}: an item, or else an attribute. */
  record Item(Expression owner, Expression key, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      Value value = frame.evaluate(owner);
      return Items.find(value, frame.evaluate(key), frame.budget());
    }
  }

  /** {@code a[b:c:d]}. */
  record Slice(Expression owner, Expression start, Expression stop, Expression step, int line)
      implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return Slices.slice(
          frame.evaluate(owner),
          frame.evaluate(start),
          frame.evaluate(stop),
          frame.evaluate(step),
          frame.budget());
    }
  }

  /** {@code a(b)}. */
  record Call(Expression callee, CallArguments arguments, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      Value value = frame.evaluate(callee);
      if (value instanceof UndefinedValue undefined) {
        throw undefined.failure();
      }
      if (value instanceof FunctionValue function) {
        return function.call(arguments.evaluate(function.name(), frame), frame.budget());
      }
      throw new EvaluationException("'" + value.typeName() + "' object is not callable");
    }
  }

  /** {@code a|b}. */
  record Filtered(Expression input, FilterCall filter) implements Expression {
    @Override
    public int line() {
      return filter.line();
    }

    @Override
    public Value evaluate(Frame frame) {
      return filter.apply(frame.evaluate(input), frame);
    }
  }

  /** {@code a is b}. */
  record Tested(Expression subject, String test, CallArguments arguments, int line)
      implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      Value value = frame.evaluate(subject);
      return BoolValue.of(
          Tests.find(test).holds(value, arguments.evaluate(test, frame), frame.budget()));
    }
  }

  /** {@code not a}. */
  record Not(Expression operand, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return BoolValue.of(!frame.isTrue(operand));
    }
  }

  /** {@code -a}. */
  record Negated(Expression operand, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return Arithmetic.negated(frame.evaluate(operand));
    }
  }

  /** {@code +a}. */
  record Positive(Expression operand, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return Arithmetic.positive(frame.evaluate(operand));
    }
  }

  /** {@code a and b}: the operand that decides. */
  record And(Expression left, Expression right, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      Value value = frame.evaluate(left);
      return value.isTrue() ? frame.evaluate(right) : value;
    }
  }

  /** {@code a or b}: the operand that decides. */
  record Or(Expression left, Expression right, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      Value value = frame.evaluate(left);
      return value.isTrue() ? value : frame.evaluate(right);
    }
  }

  /** {@code a + b} and the like. */
  record Binary(BinaryOperator operator, Expression left, Expression right, int line)
      implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      return operator.apply(frame.evaluate(left), frame.evaluate(right), frame.budget());
    }
  }

  /** {@code a ~ b}: the printed text of both. */
  record Concatenated(List<Expression> parts, int line) implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      TextBuilder out = new TextBuilder(frame.budget());
      parts.forEach(part -> out.append(Printer.text(frame.evaluate(part), frame.budget())));
      return TextValue.of(out.toString());
    }
  }

  /** {@code a < b < c}. */
  record Compared(Expression first, List<Operand> operands, int line) implements Expression {
    /** An operator and its right operand. */
    record Operand(ComparisonOperator operator, Expression right) {}

    @Override
    public Value evaluate(Frame frame) {
      Value left = frame.evaluate(first);
      for (Operand operand : operands) {
        Value right = frame.evaluate(operand.right());
        if (!operand.operator().holds(left, right, frame.budget())) {
          return BoolValue.FALSE;
        }
        left = right;
      }
      return BoolValue.TRUE;
    }
  }

  /** {@code a if b else c}. */
  record Conditional(Expression test, Expression then, Optional<Expression> otherwise, int line)
      implements Expression {
    @Override
    public Value evaluate(Frame frame) {
      if (frame.isTrue(test)) {
        return frame.evaluate(then);
      }
      return otherwise
          .map(frame::evaluate)
          .orElseGet(() -> new UndefinedValue("the inline if is false and has no else"));
    }
  }
}
