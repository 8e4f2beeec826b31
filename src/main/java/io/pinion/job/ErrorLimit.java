package io.pinion.job;

import io.pinion.job.RowCounts.Count;

/** Stops a running job if too large a share of its rows fails. */
final class ErrorLimit implements RowCounts.Watcher {
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
  ErrorLimit(double fraction, Runnable stop) {
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

  boolean passed(Count rows) {
    return rows.failed() > fraction * rows.all();
  }

  /** Whether the job was stopped. */
  boolean stopped() {
    return passedAt != null;
  }

  /** What to tell the user of a job that was stopped. */
  String message() {
    return message(passedAt) + ". The job was stopped and wrote nothing";
  }

  String message(Count rows) {
    return "%d of %d rows failed, more than max-error-fraction %s allows"
        .formatted(rows.failed(), rows.all(), fraction);
  }
}
