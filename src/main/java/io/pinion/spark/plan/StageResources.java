package io.pinion.spark.plan;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The rows of its child, from a stage whose tasks and executors have the resources of a profile.
 * Stages before and after it, on the other sides of shuffles, have the session's own. Immutable.
 */
public final class StageResources extends LogicalPlan implements UnaryNode, ProductNode {
  private static final long serialVersionUID = 1;

  private final ResourceProfile profile;
  private final LogicalPlan child;

  public StageResources(ResourceProfile profile, LogicalPlan child) {
    this.profile = profile;
    this.child = child;
  }

  /** Rows as they are, computed with the resources of a profile. */
  public static Dataset<Row> of(Dataset<Row> rows, ResourceProfile profile) {
    var planned = (org.apache.spark.sql.classic.Dataset<?>) rows;
    List<SparkStrategy> strategies =
        new ArrayList<>(Plans.list(planned.sparkSession().experimental().extraStrategies()));
    if (strategies.stream().noneMatch(StageResourcesStrategy.class::isInstance)) {
      strategies.add(new StageResourcesStrategy());
      planned.sparkSession().experimental().extraStrategies_$eq(Plans.seq(strategies));
    }
    return Dataset$.MODULE$.ofRows(
        planned.sparkSession(), new StageResources(profile, planned.logicalPlan()));
  }

  ResourceProfile profile() {
    return profile;
  }

  @Override
  public LogicalPlan child() {
    return child;
  }

  @Override
  public Seq<LogicalPlan> children() {
    return Plans.seq(List.of(child));
  }

  @Override
  public StageResources withNewChildInternal(LogicalPlan other) {
    return new StageResources(profile, other);
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> others) {
    return withNewChildInternal(others.head());
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public List<Object> parts() {
    return List.of(profile, child);
  }

  @Override
  public boolean equals(Object other) {
    return equalParts(other);
  }
}
