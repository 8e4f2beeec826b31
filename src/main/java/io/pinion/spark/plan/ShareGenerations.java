package io.pinion.spark.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import scala.Option;

/**
 * Lets a generation take the columns of an equal one below it, as where a query calls a function in
 * its condition and in its result.
 */
public final class ShareGenerations extends Rule<LogicalPlan> {
  /** A plan with the columns of the generation that was found in it. */
  private record Found(LogicalPlan plan, List<Attribute> columns) {}

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    LogicalPlan below = plan.mapChildren(this::apply);
    if (!(below instanceof PinionGenerate node)) {
      return below;
    }
    List<Expression> inputs = new ArrayList<>(Plans.list(node.inputs()));
    return find(node.child(), node.generation(), inputs)
        .map(found -> shared(node, found))
        .orElse(below);
  }

  private static LogicalPlan shared(PinionGenerate node, Found found) {
    List<NamedExpression> columns = new ArrayList<>(Plans.list(node.child().output()));
    List<Attribute> generated = Plans.list(node.generated());
    for (int i = 0; i < generated.size(); i++) {
      Attribute column = generated.get(i);
      columns.add(
          new Alias(
              found.columns.get(i),
              column.name(),
              column.exprId(),
              column.qualifier(),
              Option.empty(),
              Plans.seq(List.of())));
    }
    return new Project(Plans.seq(columns), found.plan);
  }

  /**
   * Looks for a generation in what a plan's rows are made of, one for one.
   *
   * @param inputs in the plan's columns
   */
  private static Optional<Found> find(
      LogicalPlan plan, Generation generation, List<Expression> inputs) {
    if (plan instanceof PinionGenerate node) {
      return node.generation().equals(generation) && reads(node, inputs)
          ? Optional.of(new Found(node, Plans.list(node.generated())))
          : find(node.child(), generation, inputs)
              .map(found -> new Found(node.withNewChildInternal(found.plan), found.columns));
    }
    if (plan instanceof Filter filter) {
      return find(filter.child(), generation, inputs)
          .map(found -> new Found(filter.copy(filter.condition(), found.plan), found.columns));
    }
    return plan instanceof Project project
        ? find(project.child(), generation, below(inputs, project))
            .map(found -> new Found(keeping(project, found), found.columns))
        : Optional.empty();
  }

  private static boolean reads(PinionGenerate node, List<Expression> inputs) {
    List<Expression> own = new ArrayList<>(Plans.list(node.inputs()));
    List<Expression> meant = node.child() instanceof Project project ? below(own, project) : own;
    List<Expression> asked =
        node.child() instanceof Project project ? below(inputs, project) : inputs;
    for (int i = 0; i < own.size(); i++) {
      if (!meant.get(i).semanticEquals(asked.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<Expression> below(List<Expression> inputs, Project project) {
    return inputs.stream()
        .map(input -> Plans.below(input, Plans.list(project.projectList())))
        .toList();
  }

  private static Project keeping(Project project, Found found) {
    List<NamedExpression> columns = new ArrayList<>(Plans.list(project.projectList()));
    found.columns.stream()
        .filter(column -> !project.outputSet().contains((NamedExpression) column))
        .forEach(columns::add);
    return project.copy(Plans.seq(columns), found.plan);
  }
}
