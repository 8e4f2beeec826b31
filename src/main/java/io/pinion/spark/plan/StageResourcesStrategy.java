package io.pinion.spark.plan;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link StageResources}. */
final class StageResourcesStrategy extends SparkStrategy {
  private static final long serialVersionUID = 1;

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    return plan instanceof StageResources node
        ? Plans.seq(List.of(new StageResourcesExec(node.profile(), planLater(node.child()))))
        : Plans.seq(List.of());
  }
}
