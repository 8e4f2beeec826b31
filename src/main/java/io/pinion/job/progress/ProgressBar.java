package io.pinion.job.progress;

import java.io.PrintStream;

/** A line with the number of finished rows, and a bar if it is known how many there are. */
public final class ProgressBar implements RowCounts.Watcher {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final long total;
  private final long begin = System.nanoTime();
  private boolean finished;

  /**
   * @param total how many rows there are in all; -1 if that is not known
   */
  public ProgressBar(PrintStream out, long total) {
    this.out = out;
    this.total = total;
  }

  @Override
  public synchronized void counted(RowCounts.Count rows) {
    if (!finished) {
      draw(rows.all());
    }
  }

  /** Draws the final count and ends the line. */
  public synchronized void finish(RowCounts.Count rows) {
    finished = true;
    draw(rows.all());
    out.println();
  }

  private void draw(long rows) {
    double seconds = (System.nanoTime() - begin) / 1e9;
    out.print("\r" + line(total < 0 ? rows : Math.min(total, rows), total, seconds));
    out.flush();
  }

  static String line(long done, long total, double seconds) {
    double speed = seconds == 0 ? 0 : done / seconds;
    if (total < 0) {
      return "%d rows, %.1f rows/s ".formatted(done, speed);
    }
    int filled = total == 0 ? WIDTH : (int) (WIDTH * done / total);
    return "[%s%s] %d/%d rows, %.1f rows/s "
        .formatted("#".repeat(filled), ".".repeat(WIDTH - filled), done, total, speed);
  }
}
