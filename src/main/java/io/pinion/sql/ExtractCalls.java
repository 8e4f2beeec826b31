package io.pinion.sql;

import io.pinion.spark.plan.PinionGenerate;
import io.pinion.spark.plan.Plans;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Puts a node that generates below each node whose expressions call for it, one for all calls of
 * the node that have the same answers. Done while a query is analyzed, before Spark's optimizer may
 * copy an expression to several places.
 */
final class ExtractCalls extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    LogicalPlan below = plan.mapChildren(this::apply);
    if (below instanceof Command || !below.resolved() || innermost(below).isEmpty()) {
      return below;
    }
    Optional<LogicalPlan> split =
        below instanceof Aggregate aggregate
            ? new AggregateCalls(aggregate).after()
            : Optional.empty();
    return split.isPresent() ? apply(split.get()) : extracted(below);
  }

  private static LogicalPlan extracted(LogicalPlan plan) {
    LogicalPlan result = plan;
    Optional<PinionCall> call = innermost(plan);
    while (call.isPresent()) {
      Optional<LogicalPlan> without = without(result, call.get());
      if (without.isEmpty()) {
        return result;
      }
      result = without.get();
      call = innermost(result);
    }
    return result.output().equals(plan.output()) ? result : new Project(named(plan), result);
  }

  private static scala.collection.immutable.Seq<NamedExpression> named(LogicalPlan plan) {
    return Plans.seq(Plans.list(plan.output()));
  }

  /** A call whose prompt has none. */
  private static Optional<PinionCall> innermost(LogicalPlan plan) {
    return Plans.list(plan.expressions()).stream()
        .flatMap(expression -> innermost(expression).stream())
        .findFirst();
  }

  private static Optional<PinionCall> innermost(Expression expression) {
    for (Expression part : Plans.list(expression.children())) {
      Optional<PinionCall> call = innermost(part);
      if (call.isPresent()) {
        return call;
      }
    }
    return expression instanceof PinionCall call ? Optional.of(call) : Optional.empty();
  }

  /**
   * The plan with a child that has the call's answers; empty if no child has the call's columns.
   */
  private static Optional<LogicalPlan> without(LogicalPlan plan, PinionCall call) {
    List<LogicalPlan> children = new ArrayList<>(Plans.list(plan.children()));
    for (int i = 0; i < children.size(); i++) {
      if (call.references().subsetOf(children.get(i).outputSet())) {
        PinionGenerate node = node(call, children.get(i));
        children.set(i, node);
        List<Attribute> columns = Plans.list(node.generated());
        return Optional.of(
            plan.withNewChildren(Plans.seq(children))
                .mapExpressions(
                    expression ->
                        Plans.replaced(
                            expression,
                            part ->
                                part instanceof PinionCall other && other.hasAnswersOf(call)
                                    ? other.value(columns)
                                    : part)));
      }
    }
    return Optional.empty();
  }

  private static PinionGenerate node(PinionCall call, LogicalPlan child) {
    if (call.prompt() instanceof Attribute prompt) {
      return PinionGenerate.of(call.generation(), List.of(prompt), child, null);
    }
    Alias prompt = Plans.alias(call.prompt(), "prompt");
    List<NamedExpression> columns = new ArrayList<>(Plans.list(child.output()));
    columns.add(prompt);
    return PinionGenerate.of(
        call.generation(),
        List.of(prompt.toAttribute()),
        new Project(Plans.seq(columns), child),
        null);
  }
}
