package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.Value;
import java.util.List;

/** Where a part of a template runs: the names it sees, the text it writes, the budget it uses. */
public record Frame(Scope scope, TextBuilder output, Budget budget) {
  /** What has a value in a frame. */
  public interface Evaluable {
    /** The template's line it begins in. */
    int line();

    Value evaluate(Frame frame);
  }

  /** What does something in a frame. */
  public interface Executable {
    /** The template's line it begins in. */
    int line();

    Flow run(Frame frame);
  }

  /** A frame that writes to the same output and keeps its assignments. */
  Frame nested() {
    return new Frame(scope.nested(), output, budget);
  }

  /** A frame whose output is its own, within a scope. */
  Frame captured(Scope within) {
    return new Frame(within.nested(), new TextBuilder(budget), budget);
  }

  /**
   * An expression's value.
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

  /** Runs statements until one leaves the loop around them. */
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
