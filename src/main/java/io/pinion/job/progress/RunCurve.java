package io.pinion.job.progress;

import io.pinion.job.progress.RowCounts.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What a run had done at points of time, at most a few hundred of them: when there are too many,
 * every second one is dropped, and from then on every second new one. Thread-safe.
 */
public final class RunCurve implements RowCounts.Watcher {
  static final int MAX_POINTS = 256;

  private final LongSupplier nanos;
  private final long begin;
  private final List<Point> points = new ArrayList<>();
  private Point latest;
  private int stride = 1;
  private int seen;

  /** What was done so many seconds after the begin. */
  public record Point(double seconds, long rows, long tokens) {}

  /**
   * @param nanos the time in nanoseconds since any moment
   */
  public RunCurve(LongSupplier nanos) {
    this.nanos = nanos;
    this.begin = nanos.getAsLong();
  }

  @Override
  public synchronized void counted(Count count) {
    double seconds = (nanos.getAsLong() - begin) / 1e9;
    latest = new Point(seconds, count.all(), count.promptTokens() + count.completionTokens());
    if (seen++ % stride == 0) {
      points.add(latest);
    }
    if (points.size() == MAX_POINTS) {
      List<Point> all = List.copyOf(points);
      points.clear();
      for (int i = 0; i < MAX_POINTS; i += 2) {
        points.add(all.get(i));
      }
      stride *= 2;
    }
  }

  /** The points in the order of time, from the begin to the latest count. */
  public synchronized List<Point> points() {
    List<Point> curve = new ArrayList<>(List.of(new Point(0, 0, 0)));
    curve.addAll(points);
    if (latest != null && !curve.get(curve.size() - 1).equals(latest)) {
      curve.add(latest);
    }
    return curve;
  }
}
