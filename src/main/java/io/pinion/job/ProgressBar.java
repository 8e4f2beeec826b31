package io.pinion.job;

import io.pinion.spark.GenerationMetrics;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/** Draws how many rows are done, from what running tasks report with their heartbeats. */
final class ProgressBar extends SparkListener {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final long total;
  private final long begin = System.nanoTime();
  private final Map<Long, Long> rowsByTask = new HashMap<>();

  /**
   * @param total how many rows there are in all
   */
  ProgressBar(PrintStream out, long total) {
    this.out = out;
    this.total = total;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    CollectionConverters.asJava(update.accumUpdates())
        .forEach(task -> count((Long) task._1(), CollectionConverters.asJava(task._4())));
    draw();
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      count(end.taskInfo().taskId(), CollectionConverters.asJava(end.taskInfo().accumulables()));
    } else {
      rowsByTask.remove(end.taskInfo().taskId());
    }
    draw();
  }

  private void count(long task, Iterable<AccumulableInfo> accumulables) {
    long rows = 0;
    for (AccumulableInfo info : accumulables) {
      String name = info.name().isDefined() ? info.name().get() : "";
      boolean counts =
          name.equals(GenerationMetrics.ROWS_OK) || name.equals(GenerationMetrics.ROWS_FAILED);
      if (counts && info.update().isDefined() && info.update().get() instanceof Long value) {
        rows += value;
      }
    }
    if (rows > 0) {
      rowsByTask.put(task, rows);
    }
  }

  private void draw() {
    long done = Math.min(total, rowsByTask.values().stream().mapToLong(Long::longValue).sum());
    double seconds = (System.nanoTime() - begin) / 1e9;
    out.print("\r" + line(done, total, seconds));
    out.flush();
  }

  static String line(long done, long total, double seconds) {
    int filled = total == 0 ? WIDTH : (int) (WIDTH * done / total);
    return "[%s%s] %d/%d rows, %.1f rows/s "
        .formatted(
            "#".repeat(filled),
            ".".repeat(WIDTH - filled),
            done,
            total,
            seconds == 0 ? 0 : done / seconds);
  }

  /** Ends the line, so that what follows stands on its own. */
  void finish() {
    draw();
    out.println();
  }
}
