package io.pinion.job.resume;

/**
 * What became of a run.
 *
 * @param started in milliseconds since 1970
 * @param ended the same; 0 while it runs
 * @param rows how many it has; -1 if that is not known yet
 * @param output the place of the output
 * @param staging the folder with its unpublished rows; {@code null} before it is made
 * @param contents names the files of its output; {@code null} for a table, or before they are
 *     written
 */
record RunRecord(
    String id,
    State state,
    long started,
    long ended,
    long rows,
    String output,
    String mode,
    String staging,
    String contents) {

  /** How far a run is. */
  enum State {
    RUNNING,
    /** Its rows are complete, and become visible now. */
    PUBLISHING,
    PUBLISHED,
    /** It ended without publishing. */
    FAILED
  }

  RunRecord with(State next) {
    long end = next == State.FAILED || next == State.PUBLISHED ? System.currentTimeMillis() : 0;
    return new RunRecord(id, next, started, end, rows, output, mode, staging, contents);
  }

  RunRecord withRows(long count) {
    return new RunRecord(id, state, started, ended, count, output, mode, staging, contents);
  }

  RunRecord withStaging(String folder) {
    return new RunRecord(id, state, started, ended, rows, output, mode, folder, contents);
  }

  RunRecord withContents(String names) {
    return new RunRecord(id, state, started, ended, rows, output, mode, staging, names);
  }
}
