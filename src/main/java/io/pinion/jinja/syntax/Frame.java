package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.Value;
import java.util.List;

/** The execution context of a part of a template: variables in scope, output and budget. */
public record Frame(Scope scope, TextBuilder output, Budget budget) {
  /** Has a value in a frame. */
  public interface Evaluable {
    /** The template's line it begins in. */
    int line();

    Value evaluate(Frame frame);
  }

  /** Can be run in a frame. */
  public interface Executable {
    /** The template's line it begins in. */
    int line();

    Flow run(Frame frame);
  }

  /** A frame with the same output whose assignments are not visible outside. */
  Frame nested() {
    return new Frame(scope.nested(), output, budget);
  }

  /** A frame with its own output, within a scope. */
  Frame captured(Scope within) {
    return new Frame(within.nested(), new TextBuilder(budget), budget);
  }

  /**
   * Evaluates an expression.
   *
   * @throws JinjaException with the line of the innermost expression that fails
   */
  Value evaluate(Evaluable expression) {
    try {
      budget.enter();
      budget.steps(1);
      return expression.evaluate(this);
    } catch (EvaluationException e) {
      throw new JinjaException(expression.line(), e.getMessage(), e);
    } finally {
      budget.leave();
    }
  }

  boolean isTrue(Evaluable expression) {
    return evaluate(expression).isTrue();
  }

  /** Runs statements until one leaves the enclosing loop. */
  public Flow run(List<? extends Executable> statements) {
    for (Executable statement : statements) {
      Flow flow = run(statement);
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  private Flow run(Executable statement) {
    try {
      budget.enter();
      budget.steps(1);
      return statement.run(this);
    } catch (EvaluationException e) {
      throw new JinjaException(statement.line(), e.getMessage(), e);
    } finally {
      budget.leave();
    }
  }
}
