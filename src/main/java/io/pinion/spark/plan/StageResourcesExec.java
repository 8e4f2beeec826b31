package io.pinion.spark.plan;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Hands its child's rows on, in a stage that has the resources of a profile. */
public final class StageResourcesExec extends SparkPlan implements UnaryExecNode, ProductNode {
  private static final long serialVersionUID = 1;

  private final ResourceProfile profile;
  private final SparkPlan child;

  public StageResourcesExec(ResourceProfile profile, SparkPlan child) {
    this.profile = profile;
    this.child = child;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    FlatMapFunction<Iterator<InternalRow>, InternalRow> same = rows -> rows;
    return child.execute().toJavaRDD().mapPartitions(same, true).rdd().withResources(profile);
  }

  @Override
  public SparkPlan child() {
    return child;
  }

  @Override
  public Seq<SparkPlan> children() {
    return Plans.seq(List.of(child));
  }

  @Override
  public StageResourcesExec withNewChildInternal(SparkPlan other) {
    return new StageResourcesExec(profile, other);
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> others) {
    return withNewChildInternal(others.head());
  }

  @Override
  public Seq<Attribute> output() {
    return child.output();
  }

  @Override
  public Partitioning outputPartitioning() {
    return child.outputPartitioning();
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    return child.outputOrdering();
  }

  @Override
  public String verboseStringWithOperatorId() {
    return UnaryExecNode.super.verboseStringWithOperatorId();
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
