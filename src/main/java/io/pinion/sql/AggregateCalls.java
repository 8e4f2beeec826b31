package io.pinion.sql;

import io.pinion.spark.plan.Plans;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/** Calls in the columns of an aggregation whose prompts are made of groups: one for a group. */
final class AggregateCalls {
  private final Aggregate aggregate;
  private final List<NamedExpression> below = new ArrayList<>();

  AggregateCalls(Aggregate aggregate) {
    this.aggregate = aggregate;
  }

  /** The aggregation with such calls in a projection above it; empty if there are none. */
  Optional<LogicalPlan> after() {
    List<NamedExpression> columns = Plans.list(aggregate.aggregateExpressions());
    if (columns.stream().noneMatch(column -> isOfGroups((Expression) column))) {
      return Optional.empty();
    }
    List<NamedExpression> above = new ArrayList<>();
    for (NamedExpression column : columns) {
      if (isOfGroups((Expression) column)) {
        above.add((NamedExpression) Plans.replaced((Expression) column, this::column));
      } else {
        below.add(column);
        above.add(column.toAttribute());
      }
    }
    return Optional.of(
        new Project(
            Plans.seq(above),
            aggregate.copy(
                aggregate.groupingExpressions(),
                Plans.seq(below),
                aggregate.child(),
                aggregate.hint())));
  }

  private boolean isOfGroups(Expression expression) {
    return expression.exists(
        part ->
            part instanceof PinionCall
                && !isGroup(part)
                && (part.references().isEmpty() || part.exists(this::isGroup)));
  }

  /** Whether an expression has one value for a group. */
  private boolean isGroup(Expression expression) {
    return expression instanceof AggregateExpression
        || Plans.list(aggregate.groupingExpressions()).stream()
            .anyMatch(group -> group.semanticEquals(expression));
  }

  /** A column of the aggregation in place of an expression that has one value for a group. */
  private Expression column(Expression expression) {
    if (!isGroup(expression)) {
      return expression;
    }
    NamedExpression column =
        expression instanceof NamedExpression named
            ? named
            : Plans.alias(expression, expression.prettyName());
    below.add(column);
    return column.toAttribute();
  }
}
