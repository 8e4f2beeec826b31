package io.pinion.spark.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Does below a generation what need not be done above it: filters that read no generated column,
 * limits, and sorts by other columns. A generation of which no column is read is left out.
 *
 * <p>All of this is right because a generation makes one row of each row and keeps their order.
 */
public final class PushThroughGenerate extends Rule<LogicalPlan> {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return pushed(plan).mapChildren(this::apply);
  }

  private static LogicalPlan pushed(LogicalPlan plan) {
    if (plan instanceof Filter filter && filter.child() instanceof PinionGenerate node) {
      return filtered(filter, node);
    }
    if (plan instanceof LocalLimit limit) {
      return limited(limit);
    }
    if (plan instanceof Sort sort) {
      return sorted(sort);
    }
    if (plan instanceof Project project
        && project.child() instanceof PinionGenerate node
        && project.references().intersect(Plans.set(node.generated())).isEmpty()) {
      return new Project(project.projectList(), node.child());
    }
    return plan;
  }

  private static LogicalPlan filtered(Filter filter, PinionGenerate node) {
    List<Expression> below = new ArrayList<>();
    List<Expression> above = new ArrayList<>();
    for (Expression condition : conjuncts(filter.condition())) {
      boolean free =
          condition.deterministic() && condition.references().subsetOf(node.child().outputSet());
      // What comes after a condition with side effects stays after it.
      (free && above.stream().allMatch(Expression::deterministic) ? below : above).add(condition);
    }
    if (below.isEmpty()) {
      return filter;
    }
    LogicalPlan rest = node.withNewChildInternal(new Filter(all(below), node.child()));
    return above.isEmpty() ? rest : new Filter(all(above), rest);
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (!(condition instanceof And and)) {
      return List.of(condition);
    }
    List<Expression> both = new ArrayList<>(conjuncts(and.left()));
    both.addAll(conjuncts(and.right()));
    return both;
  }

  private static Expression all(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }

  /** The limit stays where it is, and is set below the generation too. */
  private static LogicalPlan limited(LocalLimit limit) {
    if (!(belowProject(limit.child()) instanceof PinionGenerate node)
        || !(limit.limitExpr().eval(null) instanceof Integer rows)
        || isWithin(node.child(), rows)) {
      return limit;
    }
    LogicalPlan fewer = node.withNewChildInternal(new LocalLimit(limit.limitExpr(), node.child()));
    return limit.copy(limit.limitExpr(), projectedAs(limit.child(), fewer));
  }

  /** What a plan projects, or itself. */
  private static LogicalPlan belowProject(LogicalPlan plan) {
    return plan instanceof Project project ? project.child() : plan;
  }

  /** Another plan, with the projection of one that has one. */
  private static LogicalPlan projectedAs(LogicalPlan plan, LogicalPlan other) {
    return plan instanceof Project project ? new Project(project.projectList(), other) : other;
  }

  private static boolean isWithin(LogicalPlan plan, int rows) {
    return plan.maxRowsPerPartition().isDefined()
        && ((Number) plan.maxRowsPerPartition().get()).longValue() <= rows;
  }

  private static LogicalPlan sorted(Sort sort) {
    if (!(belowProject(sort.child()) instanceof PinionGenerate node)) {
      return sort;
    }
    List<NamedExpression> columns =
        sort.child() instanceof Project project ? Plans.list(project.projectList()) : List.of();
    List<SortOrder> order =
        Plans.list(sort.order()).stream()
            .map(each -> (SortOrder) Plans.below(each, columns))
            .toList();
    boolean free =
        order.stream()
            .allMatch(
                each ->
                    each.deterministic() && each.references().subsetOf(node.child().outputSet()));
    if (!free || !columns.stream().allMatch(column -> ((Expression) column).deterministic())) {
      return sort;
    }
    LogicalPlan ordered =
        node.withNewChildInternal(
            sort.copy(Plans.seq(order), sort.global(), node.child(), sort.hint()));
    return projectedAs(sort.child(), ordered);
  }
}
