package io.pinion.spark.plan;

import io.pinion.engine.ModelLoader;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.registry.SessionEnd;
import io.pinion.spark.task.PartitionFunction;
import io.pinion.spark.task.TaskSlots;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnaryExecNode;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Seq;

/** Generates for the rows of each partition with one model of its executor. */
public final class PinionGenerateExec extends SparkPlan implements UnaryExecNode, ProductNode {
  private static final long serialVersionUID = 1;

  private final Generation generation;
  private final Seq<Attribute> inputs;
  private final Seq<Attribute> generated;
  private final SparkPlan child;
  private final transient GenerationMetrics counters;
  private transient OperatorMetrics metrics;

  /**
   * @param counters counts what is generated; {@code null} for counters of each execution's own
   */
  public PinionGenerateExec(
      Generation generation,
      Seq<Attribute> inputs,
      Seq<Attribute> generated,
      SparkPlan child,
      GenerationMetrics counters) {
    this.generation = generation;
    this.inputs = inputs;
    this.generated = generated;
    this.child = child;
    this.counters = counters;
  }

  @Override
  public RDD<InternalRow> doExecute() {
    SessionEnd.watch(sparkContext());
    RepeatedRuns.watch(session());
    GenerationMetrics counts = counters == null ? new GenerationMetrics(sparkContext()) : counters;
    StructType requests = requests();
    StructType answers = new StructType(generation.columns().fields().toArray(StructField[]::new));
    PartitionFunction function =
        new PartitionFunction(
            generation.options(),
            generation.columns(),
            PartitionRows.joined(requests, answers),
            counts,
            null,
            TaskSlots.of(sparkContext()),
            ModelLoader::share);
    PartitionRows rows =
        PartitionRows.of(
            function, inputs, requests, answers, child.output(), output(), counts, operator());
    return child.execute().toJavaRDD().mapPartitions(rows, true).rdd();
  }

  /** The schema of what requests are made of, under the names that the options know. */
  private StructType requests() {
    StructType schema = new StructType();
    List<Attribute> columns = Plans.list(inputs);
    for (int i = 0; i < columns.size(); i++) {
      schema = schema.add(generation.inputs().get(i), columns.get(i).dataType(), true);
    }
    return schema;
  }

  private synchronized OperatorMetrics operator() {
    if (metrics == null) {
      metrics = OperatorMetrics.create(sparkContext());
    }
    return metrics;
  }

  @Override
  public Map<String, SQLMetric> metrics() {
    return operator().byName();
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
  public PinionGenerateExec withNewChildInternal(SparkPlan other) {
    return new PinionGenerateExec(generation, inputs, generated, other, counters);
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> others) {
    return withNewChildInternal(others.head());
  }

  @Override
  public Seq<Attribute> output() {
    return Plans.joined(child.output(), generated);
  }

  @Override
  public AttributeSet producedAttributes() {
    return Plans.set(generated);
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
  public String argString(int maxFields) {
    return Plans.describe(generation, inputs, generated);
  }

  @Override
  public String verboseStringWithOperatorId() {
    return UnaryExecNode.super.verboseStringWithOperatorId();
  }

  @Override
  public Seq<Object> otherCopyArgs() {
    List<Object> arguments = new ArrayList<>();
    arguments.add(counters);
    return Plans.seq(arguments);
  }

  @Override
  public List<Object> parts() {
    return List.of(generation, inputs, generated, child);
  }

  @Override
  public boolean equals(Object other) {
    return equalParts(other);
  }
}
