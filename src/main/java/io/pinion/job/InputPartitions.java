package io.pinion.job;

import io.pinion.job.file.JobFile.Input;
import io.pinion.spark.task.TaskSlots;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;

/**
 * How many partitions the rows of an input have. Only rows of running tasks are in a device's
 * batch, so that many small partitions leave it nearly empty, and fewer partitions than executors
 * leave executors idle. The number follows from what Spark's plan says of the input's size; no row
 * is read for it.
 */
final class InputPartitions {
  /** Some thousand rows of a few sentences: enough for a batch, and little to lose with a task. */
  static final long LEAST_BYTES = 1 << 20;

  private InputPartitions() {}

  /** The rows, spread as the job says. */
  static Dataset<Row> spread(Dataset<Row> rows, Input input) {
    if (input.partitions() > 0) {
      return rows.repartition(input.partitions());
    }
    SparkContext context = rows.sparkSession().sparkContext();
    int slots = TaskSlots.of(context);
    if (input.limit() > 0) {
      // Spark collects limited rows in one partition, where one task would generate for all.
      return rows.repartition(slots);
    }
    QueryExecution query = ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution();
    // Where the input is itself the result of a shuffle, Spark sizes its partitions.
    if (input.partitions() != Input.AUTO || query.executedPlan() instanceof AdaptiveSparkPlanExec) {
      return rows;
    }
    int there = rows.javaRDD().getNumPartitions();
    int wanted = wanted(there, slots, executors(context), bytes(query));
    return wanted == there
        ? rows
        : wanted < there ? rows.coalesce(wanted) : rows.repartition(wanted);
  }

  private static int executors(SparkContext context) {
    int all = context.statusTracker().getExecutorInfos().length;
    return context.isLocal() ? 1 : Math.max(1, all - 1);
  }

  private static double bytes(QueryExecution query) {
    return query.optimizedPlan().stats().sizeInBytes().toDouble();
  }

  /**
   * How many partitions rows should have.
   *
   * @param there how many they have
   * @param slots how many tasks run at once
   * @param executors on one, a single task fills the batch as well as several do
   * @param bytes the input's size, as far as it is known; very large if it is not
   */
  static int wanted(int there, int slots, int executors, double bytes) {
    if (there < slots) {
      return executors > 1 && there > 0 ? slots : there;
    }
    return (int) Math.min(there, Math.max(slots, Math.ceil(bytes / LEAST_BYTES)));
  }
}
