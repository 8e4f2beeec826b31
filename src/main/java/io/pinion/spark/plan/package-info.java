/**
 * Generation as an operator of Spark's plans: a logical node that Spark's optimizer moves filters,
 * limits and sorts through, and a physical one that runs a whole partition on one model.
 *
 * <pre>{@code
 * LogicalPlan plan = PinionGenerate.over(generation, child, null);
 * }</pre>
 *
 * <p>A session plans the nodes if its planner has {@link io.pinion.spark.plan.GenerateStrategy} and
 * its optimizer {@link io.pinion.spark.plan.PushThroughGenerate}.
 *
 * <p>Imports {@code setting}, {@code engine} and the packages of {@code spark} below the
 * transformer.
 */
package io.pinion.spark.plan;
