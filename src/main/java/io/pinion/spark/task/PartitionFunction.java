package io.pinion.spark.task;

import io.pinion.setting.Secrets;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.ledger.LedgerTask;
import io.pinion.spark.ledger.TaskLedger;
import io.pinion.spark.metric.ExecutorMetrics;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.registry.ModelRegistry;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generates text for the rows of a partition. A partition loads the model for the first row that is
 * not answered already; an empty one loads none.
 */
public final class PartitionFunction implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFunction.class);

  private final TaskOptions options;
  private final OutputColumns columns;
  private final StructType schema;
  private final GenerationMetrics metrics;
  private final LedgerTask ledger;
  private final ModelRegistry.Loader loader;
  private final Map<String, String> secrets = Secrets.hidden();
  private final int slots;

  /** How many partitions this copy, which is one task's, has generated for. */
  private transient int partitions;

  /**
   * @param slots how many tasks can run at once
   * @param ledger what is generated already, and where answers go; {@code null} for nowhere
   */
  public PartitionFunction(
      TaskOptions options,
      OutputColumns columns,
      StructType schema,
      GenerationMetrics metrics,
      LedgerTask ledger,
      int slots,
      ModelRegistry.Loader loader) {
    this.options = options;
    this.columns = columns;
    this.schema = schema;
    this.metrics = metrics;
    this.ledger = ledger;
    this.slots = slots;
    this.loader = loader;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    Secrets.hide(secrets);
    Iterator<Row> generated = Secrets.guarded(() -> generated(rows));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return Secrets.guarded(generated::hasNext);
      }

      @Override
      public Row next() {
        return Secrets.guarded(generated::next);
      }
    };
  }

  private Iterator<Row> generated(Iterator<Row> rows) {
    TaskContext task = TaskContext.get();
    partitions++;
    if (partitions == 2 && task.numPartitions() < slots) {
      LOG.warn(TaskSlots.coalesced(task.numPartitions(), slots));
    }
    ExecutorMetrics.register(SparkEnv.get());
    TaskModel model = new TaskModel(options, task, loader);
    TaskUsage usage = new TaskUsage(SparkEnv.get().executorId(), model);
    PartitionIterator generated =
        new PartitionIterator(
            rows,
            options,
            columns,
            schema,
            model,
            metrics,
            usage,
            ledger == null ? null : TaskLedger.open(ledger, input(), task),
            name(task),
            task::isInterrupted);
    task.addTaskCompletionListener(
        ended -> {
          try (model) {
            generated.close();
            generated.summary().used(usage.total());
            metrics.add(generated.summary());
          }
        });
    return generated;
  }

  /** The schema of the rows that the input has. */
  private StructType input() {
    int added = columns.fields().size();
    return new StructType(Arrays.copyOf(schema.fields(), schema.size() - added));
  }

  private static String name(TaskContext task) {
    return "task "
        + task.partitionId()
        + "."
        + task.attemptNumber()
        + " of stage "
        + task.stageId();
  }
}
