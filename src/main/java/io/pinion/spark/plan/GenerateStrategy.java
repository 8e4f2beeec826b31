package io.pinion.spark.plan;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link PinionGenerate}. */
public final class GenerateStrategy extends SparkStrategy {
  private static final long serialVersionUID = 1;

  /** Whether a session can plan it. */
  public static boolean isPartOf(SparkSession spark) {
    return spark instanceof org.apache.spark.sql.classic.SparkSession session
        && Plans.list(session.sessionState().planner().strategies()).stream()
            .anyMatch(GenerateStrategy.class::isInstance);
  }

  @Override
  public Seq<SparkPlan> apply(LogicalPlan plan) {
    return plan instanceof PinionGenerate node
        ? Plans.seq(
            List.of(
                new PinionGenerateExec(
                    node.generation(),
                    node.inputs(),
                    node.generated(),
                    planLater(node.child()),
                    node.metrics())))
        : Plans.seq(List.of());
  }
}
