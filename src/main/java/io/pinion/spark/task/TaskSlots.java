package io.pinion.spark.task;

import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;

/** How many tasks run at once, and what keeps generation from using them. */
public final class TaskSlots {
  private TaskSlots() {}

  /** How many tasks the executors that are there run at once. */
  public static int of(SparkContext context) {
    return Math.max(1, context.defaultParallelism() / context.conf().getInt("spark.task.cpus", 1));
  }

  /** That one task will generate for all rows, if so; nothing runs. */
  public static Optional<String> onePartition(Dataset<?> rows) {
    if (rows.isStreaming()
        || !(rows instanceof org.apache.spark.sql.classic.Dataset<?> planned)
        || of(planned.sparkSession().sparkContext()) == 1) {
      return Optional.empty();
    }
    SparkPlan plan = planned.queryExecution().executedPlan();
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      plan = adaptive.executedPlan();
    }
    scala.Option<Object> most = planned.queryExecution().optimizedPlan().maxRows();
    boolean few = most.isDefined() && (Long) most.get() <= 1;
    return few || plan.outputPartitioning().numPartitions() != 1
        ? Optional.empty()
        : Optional.of(
            "1 partition generates while %d tasks could run, since a limit, coalesce or sort before it leaves all rows in one: put repartition(%<d) between them"
                .formatted(of(planned.sparkSession().sparkContext())));
  }

  /**
   * That few tasks generate for many partitions, each one after another.
   *
   * @param tasks of the stage
   * @param slots how many could run at once
   */
  static String coalesced(int tasks, int slots) {
    return "generation runs in %1$d of %2$d tasks that could run, each with several partitions one after another, since coalesce(%1$d) follows the generator: write the rows before it, or put repartition(%1$d) in its place"
        .formatted(tasks, slots);
  }
}
