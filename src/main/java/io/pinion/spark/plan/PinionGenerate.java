package io.pinion.spark.plan;

import io.pinion.spark.metric.GenerationMetrics;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ExpressionSet;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.UnaryNode;
import org.apache.spark.sql.types.StructField;
import scala.Option;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * Adds the columns of a generation to each row of its child, one row for one row and in order.
 *
 * <p>Two nodes are equal if they generate the same from the same rows, wherever they count it.
 * Immutable.
 */
public final class PinionGenerate extends LogicalPlan implements UnaryNode, ProductNode {
  private static final long serialVersionUID = 1;

  private final Generation generation;
  private final Seq<Attribute> inputs;
  private final Seq<Attribute> generated;
  private final LogicalPlan child;
  private final transient GenerationMetrics metrics;

  /**
   * @param inputs the child's columns that {@link Generation#inputs} names, in that order
   * @param generated the columns that are added
   * @param metrics counts what is generated; {@code null} for counters of each execution's own
   */
  public PinionGenerate(
      Generation generation,
      Seq<Attribute> inputs,
      Seq<Attribute> generated,
      LogicalPlan child,
      GenerationMetrics metrics) {
    this.generation = generation;
    this.inputs = inputs;
    this.generated = generated;
    this.child = child;
    this.metrics = metrics;
  }

  /** A node with new columns over these columns of a child. */
  public static PinionGenerate of(
      Generation generation, List<Attribute> inputs, LogicalPlan child, GenerationMetrics metrics) {
    List<Attribute> generated = new ArrayList<>();
    for (StructField field : generation.columns().fields()) {
      generated.add(Plans.attribute(field));
    }
    return new PinionGenerate(generation, Plans.seq(inputs), Plans.seq(generated), child, metrics);
  }

  /**
   * A child with the generated columns added. They are renamed once more, so that Spark can tell
   * the two sides apart where the plan is joined with itself.
   *
   * @param child resolved, with the columns that the generation names
   */
  public static LogicalPlan over(
      Generation generation, LogicalPlan child, GenerationMetrics metrics) {
    List<Attribute> output = Plans.list(child.output());
    List<Attribute> inputs =
        generation.inputs().stream().map(name -> Plans.named(output, name)).toList();
    PinionGenerate node = of(generation, inputs, child, metrics);
    List<NamedExpression> columns = new ArrayList<>(output);
    Plans.list(node.generated).forEach(column -> columns.add(Plans.alias(column, column.name())));
    return new Project(Plans.seq(columns), node);
  }

  public Generation generation() {
    return generation;
  }

  public Seq<Attribute> inputs() {
    return inputs;
  }

  public Seq<Attribute> generated() {
    return generated;
  }

  GenerationMetrics metrics() {
    return metrics;
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
  public PinionGenerate withNewChildInternal(LogicalPlan other) {
    return new PinionGenerate(generation, inputs, generated, other, metrics);
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> others) {
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

  /** Not for Spark, which may compute what is deterministic once for each of its readers. */
  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  public Option<Object> maxRows() {
    return child.maxRows();
  }

  @Override
  public Option<Object> maxRowsPerPartition() {
    return child.maxRowsPerPartition();
  }

  @Override
  public ExpressionSet validConstraints() {
    return child.constraints();
  }

  @Override
  public String argString(int maxFields) {
    return Plans.describe(generation, inputs, generated);
  }

  @Override
  public Seq<Object> otherCopyArgs() {
    List<Object> arguments = new ArrayList<>();
    arguments.add(metrics);
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
