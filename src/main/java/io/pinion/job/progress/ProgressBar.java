package io.pinion.job.progress;

import java.io.PrintStream;

/**
 * A line with the finished rows, rows and completion tokens per second, and failed rows; a bar and
 * the time that is left if it is known how many rows there are.
 */
public final class ProgressBar implements RowCounts.Watcher {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final long total;
  private final long begin = System.nanoTime();
  private boolean finished;
  private int drawn;

  /**
   * @param total how many rows there are in all; -1 if that is not known
   */
  public ProgressBar(PrintStream out, long total) {
    this.out = out;
    this.total = total;
  }

  @Override
  public synchronized void counted(RowCounts.Count done) {
    if (!finished) {
      draw(done);
    }
  }

  /** Draws the final count and ends the line. */
  public synchronized void finish(RowCounts.Count done) {
    finished = true;
    draw(done);
    out.println();
  }

  /** Blanks cover what a longer line left. */
  private void draw(RowCounts.Count done) {
    String line = line(done, total, (System.nanoTime() - begin) / 1e9);
    out.print("\r" + line + " ".repeat(Math.max(1, drawn - line.length())));
    out.flush();
    drawn = line.length();
  }

  static String line(RowCounts.Count done, long total, double seconds) {
    long rows = total < 0 ? done.all() : Math.min(total, done.all());
    double speed = seconds == 0 ? 0 : rows / seconds;
    double tokens = seconds == 0 ? 0 : done.completionTokens() / seconds;
    StringBuilder line = new StringBuilder();
    if (total < 0) {
      line.append("%d rows".formatted(rows));
    } else {
      int filled = total == 0 ? WIDTH : (int) (WIDTH * rows / total);
      String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
      line.append("[%s] %d/%d rows".formatted(bar, rows, total));
    }
    line.append(", %.1f rows/s, %.0f tokens/s".formatted(speed, tokens));
    line.append(done.failed() > 0 ? ", %d failed".formatted(done.failed()) : "");
    line.append(speed > 0 && rows < total ? ", " + left((total - rows) / speed) : "");
    return line.toString();
  }

  private static String left(double seconds) {
    long minutes = Math.round(seconds / 60);
    if (seconds < 100) {
      return Math.round(seconds) + " s left";
    }
    return minutes < 100
        ? minutes + " min left"
        : "%d h %02d min left".formatted(minutes / 60, minutes % 60);
  }
}
