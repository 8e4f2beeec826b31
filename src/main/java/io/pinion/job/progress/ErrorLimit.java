package io.pinion.job.progress;

import io.pinion.job.progress.RowCounts.Count;

/** Stops a running job if too large a share of its rows fails. */
public final class ErrorLimit implements RowCounts.Watcher {
  /**
   * The rows to wait for before a job is stopped: with fewer, the share means little and little
   * time is lost.
   */
  static final int MIN_ROWS = 100;

  private final double fraction;
  private final Runnable stop;
  private volatile Count passedAt;

  /**
   * @param fraction the largest share of failed rows that is allowed
   * @param stop called once if the job exceeds the limit while it runs
   */
  public ErrorLimit(double fraction, Runnable stop) {
    this.fraction = fraction;
    this.stop = stop;
  }

  @Override
  public void counted(Count rows) {
    if (passedAt == null && rows.all() >= MIN_ROWS && passed(rows)) {
      passedAt = rows;
      stop.run();
    }
  }

  public boolean passed(Count rows) {
    return rows.failed() > fraction * rows.all();
  }

  /** Whether the job was stopped. */
  public boolean stopped() {
    return passedAt != null;
  }

  /** What to tell the user of a job that was stopped. */
  public String message() {
    return message(passedAt) + ". The job was stopped and wrote nothing";
  }

  public String message(Count rows) {
    return "%d of %d rows failed, more than max-error-fraction %s allows"
        .formatted(rows.failed(), rows.all(), fraction);
  }
}
