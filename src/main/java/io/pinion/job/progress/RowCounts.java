package io.pinion.job.progress;

import io.pinion.spark.metric.GenerationMetrics;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Counts finished rows while a job runs, from the accumulator updates that tasks send with their
 * heartbeats and when they end.
 */
public final class RowCounts extends SparkListener {
  private final Watcher watcher;
  private final Map<Long, Count> byTask = new HashMap<>();

  /** Called with each new count, one call at a time. */
  public interface Watcher {
    void counted(Count rows);
  }

  /** The numbers of successful and failed rows, and of tokens of the successful ones. */
  public record Count(long ok, long failed, long promptTokens, long completionTokens) {
    public static final Count NONE = new Count(0, 0, 0, 0);

    public long all() {
      return ok + failed;
    }

    Count plus(Count other) {
      return new Count(
          ok + other.ok,
          failed + other.failed,
          promptTokens + other.promptTokens,
          completionTokens + other.completionTokens);
    }
  }

  public RowCounts(Watcher watcher) {
    this.watcher = watcher;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> count((Long) task._1(), CollectionConverters.asJava(task._4())));
    tell();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      count(end.taskInfo().taskId(), CollectionConverters.asJava(end.taskInfo().accumulables()));
    } else {
      byTask.remove(end.taskInfo().taskId());
    }
    tell();
  }

  private void count(long task, Iterable<AccumulableInfo> accumulables) {
    Count rows = Count.NONE;
    for (AccumulableInfo info : accumulables) {
      String name = info.name().isDefined() ? info.name().get() : "";
      if (info.update().isDefined() && info.update().get() instanceof Long value) {
        rows =
            switch (name) {
              case GenerationMetrics.ROWS_OK -> rows.plus(new Count(value, 0, 0, 0));
              case GenerationMetrics.ROWS_FAILED -> rows.plus(new Count(0, value, 0, 0));
              case GenerationMetrics.PROMPT_TOKENS -> rows.plus(new Count(0, 0, value, 0));
              case GenerationMetrics.COMPLETION_TOKENS -> rows.plus(new Count(0, 0, 0, value));
              default -> rows;
            };
      }
    }
    if (rows.all() > 0) {
      byTask.put(task, rows);
    }
  }

  private void tell() {
    watcher.counted(byTask.values().stream().reduce(Count.NONE, Count::plus));
  }
}
