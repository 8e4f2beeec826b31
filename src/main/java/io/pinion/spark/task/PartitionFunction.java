package io.pinion.spark.task;

import io.pinion.device.DeviceAssignment;
import io.pinion.device.RuntimeVersions;
import io.pinion.engine.ModelOptions;
import io.pinion.setting.Secrets;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.metric.GenerationMetrics;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Generates text for the rows of a partition. An empty partition loads no model. */
public final class PartitionFunction implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final TaskOptions options;
  private final OutputColumns columns;
  private final StructType schema;
  private final GenerationMetrics metrics;
  private final ModelRegistry.Loader loader;
  private final Map<String, String> secrets = Secrets.hidden();

  public PartitionFunction(
      TaskOptions options,
      OutputColumns columns,
      StructType schema,
      GenerationMetrics metrics,
      ModelRegistry.Loader loader) {
    this.options = options;
    this.columns = columns;
    this.schema = schema;
    this.metrics = metrics;
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
    DeviceAssignment devices = TaskDevices.of(task, options.device());
    ModelOptions model = options.model().withThreads(TaskDevices.threads(options.model()));
    ModelRegistry.Handle handle =
        ModelRegistry.executor().acquire(model, devices, loader, task::isInterrupted);
    // Listeners run in reverse order, so the session is closed before its model is released.
    task.addTaskCompletionListener(
        ended -> {
          handle.close();
        });
    TaskUsage usage =
        new TaskUsage(SparkEnv.get().executorId(), devices, handle, RuntimeVersions.read());
    PartitionIterator generated =
        new PartitionIterator(
            rows,
            options,
            columns,
            schema,
            handle.model(),
            metrics,
            usage,
            name(task),
            task::isInterrupted);
    task.addTaskCompletionListener(
        ended -> {
          generated.close();
          metrics.usage.add(usage.total());
        });
    return generated;
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
