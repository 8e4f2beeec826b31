package io.pinion.job;

import io.pinion.job.RowCounts.Count;

/**
 * Stops a job in which too large a share of the rows fails, as soon as enough rows are seen to
 * tell.
 */
final class ErrorLimit implements RowCounts.Watcher {
  /** With fewer rows the share means little, and little time is lost. */
  static final int MIN_ROWS = 100;

  private final double fraction;
  private final Runnable stop;
  private volatile Count passedAt;

  /**
   * @param fraction the largest share of failed rows that is allowed
   * @param stop called once, where the limit is passed while the job runs
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
