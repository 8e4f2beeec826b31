package io.pinion.sql;

import io.pinion.spark.plan.Plans;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** Refuses a query with a call that {@link ExtractCalls} could not put into the plan. */
final class CheckCalls extends AbstractFunction1<LogicalPlan, BoxedUnit> {
  @Override
  public BoxedUnit apply(LogicalPlan plan) {
    plan.foreach(
        node -> {
          Plans.list(node.expressions()).forEach(expression -> check(node, expression));
          return BoxedUnit.UNIT;
        });
    return BoxedUnit.UNIT;
  }

  private static void check(LogicalPlan node, Expression expression) {
    expression.foreach(
        part -> {
          if (part instanceof PinionCall call) {
            throw new IllegalArgumentException(
                "%s cannot be computed in %s: it may stand where one table's columns are read, as in a"
                        .formatted(call.prettyName(), node.nodeName())
                    + " SELECT; compute it in a subquery, and use its result");
          }
          return BoxedUnit.UNIT;
        });
  }
}
