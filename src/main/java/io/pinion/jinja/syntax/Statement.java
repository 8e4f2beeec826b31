package io.pinion.jinja.syntax;

import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A statement of a template. Run through {@link Frame#run}, which counts the step and adds the line
 * to errors.
 */
public sealed interface Statement extends Frame.Executable
    permits Statement.Text,
        Statement.Output,
        Statement.If,
        ForStatement,
        Statement.Assign,
        Statement.AssignBlock,
        MacroStatement,
        Statement.With,
        Statement.FilterBlock,
        Statement.Generation,
        Statement.Leave {
  /** Text outside of tags. */
  record Text(String text, int line) implements Statement {
    @Override
    public Flow run(Frame frame) {
      frame.output().append(text);
      return Flow.ON;
    }
  }

  /** {@code {{ a }}}. */
  record Output(Expression expression, int line) implements Statement {
    @Override
    public Flow run(Frame frame) {
      Value value = frame.evaluate(expression);
      frame.output().append(Printer.text(value, frame.budget()));
      return Flow.ON;
    }
  }

  /** {@code if}, with {@code elif} and {@code else}. */
  record If(List<Branch> branches, List<Statement> otherwise, int line) implements Statement {
    /** A condition and the statements to run if it is the first that holds. */
    record Branch(Expression condition, List<Statement> body) {}

    @Override
    public Flow run(Frame frame) {
      for (Branch branch : branches) {
        if (frame.isTrue(branch.condition())) {
          return frame.run(branch.body());
        }
      }
      return frame.run(otherwise);
    }
  }

  /** {@code set a = b}. */
  record Assign(Target target, Expression expression, int line) implements Statement {
    @Override
    public Flow run(Frame frame) {
      target.assign(frame.evaluate(expression), frame);
      return Flow.ON;
    }
  }

  /** {@code set a} up to {@code endset}. */
  record AssignBlock(Target target, List<FilterCall> filters, List<Statement> body, int line)
      implements Statement {
    @Override
    public Flow run(Frame frame) {
      Frame inner = frame.captured(frame.scope());
      Flow flow = inner.run(body);
      if (flow == Flow.ON) {
        target.assign(filtered(inner, filters), frame);
      }
      return flow;
    }
  }

  /** {@code filter a} up to {@code endfilter}. */
  record FilterBlock(List<FilterCall> filters, List<Statement> body, int line)
      implements Statement {
    @Override
    public Flow run(Frame frame) {
      Frame inner = frame.captured(frame.scope());
      Flow flow = inner.run(body);
      if (flow == Flow.ON) {
        frame.output().append(Printer.text(filtered(inner, filters), frame.budget()));
      }
      return flow;
    }
  }

  private static Value filtered(Frame inner, List<FilterCall> filters) {
    Value value = TextValue.of(inner.output().toString());
    for (FilterCall filter : filters) {
      value = filter.apply(value, inner);
    }
    return value;
  }

  /** {@code with a = b} up to {@code endwith}. */
  record With(List<Assign> assignments, List<Statement> body, int line) implements Statement {
    @Override
    public Flow run(Frame frame) {
      List<Value> values = new ArrayList<>();
      assignments.forEach(assignment -> values.add(frame.evaluate(assignment.expression())));
      Frame inner = frame.nested();
      for (int i = 0; i < values.size(); i++) {
        assignments.get(i).target().assign(values.get(i), inner);
      }
      return inner.run(body);
    }
  }

  /** {@code generation} up to {@code endgeneration}, which marks text written by the assistant. */
  record Generation(List<Statement> body, int line) implements Statement {
    @Override
    public Flow run(Frame frame) {
      return frame.nested().run(body);
    }
  }

  /** {@code break} and {@code continue}. */
  record Leave(Flow flow, int line) implements Statement {
    @Override
    public Flow run(Frame frame) {
      return flow;
    }
  }
}
