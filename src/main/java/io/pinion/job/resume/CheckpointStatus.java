package io.pinion.job.resume;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pinion.job.file.JobException;
import io.pinion.job.resume.CheckpointLock.Holder;
import io.pinion.job.resume.RunRecord.State;
import io.pinion.spark.ledger.LedgerFolder;
import io.pinion.spark.ledger.PieceCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * How far a job is, as its checkpoint tells from outside, while the job runs and after.
 *
 * @param state of the latest run: running, cut off, failed, publishing or published
 * @param rows how many the latest run has; -1 if it has not counted them yet
 * @param finished how many rows have an answer, errors included. A row that several attempts
 *     finished may count more than once
 * @param failed how many of these are errors
 * @param rowsPerSecond over the last ten minutes; 0 if nothing was written in them
 * @param secondsLeft at that speed; -1 if that cannot be told
 * @param secondsSinceWrite since the last piece was written; -1 if there is none
 * @param pieces the number of files with answers
 */
record CheckpointStatus(
    @JsonProperty("checkpoint") String checkpoint,
    @JsonProperty("state") String state,
    @JsonProperty("run") String run,
    @JsonProperty("host") String host,
    @JsonProperty("process") long process,
    @JsonProperty("seconds") long seconds,
    @JsonProperty("output") String output,
    @JsonProperty("rows") long rows,
    @JsonProperty("finished") long finished,
    @JsonProperty("failed") long failed,
    @JsonProperty("rows_per_second") double rowsPerSecond,
    @JsonProperty("seconds_left") long secondsLeft,
    @JsonProperty("seconds_since_write") long secondsSinceWrite,
    @JsonProperty("pieces") long pieces,
    @JsonProperty("bytes") long bytes,
    @JsonProperty("runs") int runs) {
  private static final long WINDOW_MILLIS = TimeUnit.MINUTES.toMillis(10);

  /**
   * Reads a checkpoint.
   *
   * @throws JobException if there is none
   */
  static CheckpointStatus of(Path folder, Configuration configuration, long now)
      throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    if (Manifest.read(files, new Path(folder, Checkpoint.MANIFEST)) == null) {
      throw new JobException(
          List.of(
              folder + " is no checkpoint: it has no manifest.json, or that of something else"));
    }
    List<RunRecord> runs = Checkpoint.runs(files, folder);
    RunRecord last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    Holder holder = JsonFiles.read(files, new Path(folder, CheckpointLock.FILE), Holder.class);
    LedgerFolder answers = new LedgerFolder(new Path(folder, Checkpoint.ANSWERS), configuration);
    long begin = last == null ? now : last.started();
    PieceCounts counts =
        PieceCounts.of(
            answers, last == null ? null : last.id(), Math.max(begin, now - WINDOW_MILLIS));
    double span = Math.max(1, Math.min(now - begin, WINDOW_MILLIS)) / 1e3;
    double speed = counts.recent() / span;
    long rows = last == null ? -1 : last.rows();
    boolean running = last != null && last.ended() == 0 && alive(holder, last, now);
    long left =
        rows < 0 || speed == 0 || !running ? -1 : Math.round((rows - counts.rows()) / speed);
    long end = last == null ? now : last.ended() > 0 ? last.ended() : now;
    return new CheckpointStatus(
        folder.toString(),
        last == null ? "empty" : state(last, running),
        last == null ? null : last.id(),
        holder == null ? null : holder.host(),
        holder == null ? 0 : holder.process(),
        TimeUnit.MILLISECONDS.toSeconds(end - begin),
        last == null ? null : last.output(),
        rows,
        counts.rows(),
        counts.failed(),
        Math.round(speed * 100) / 100.0,
        Math.max(left, -1),
        // Pieces are written while they are counted, or by a machine whose clock goes ahead.
        counts.latest() == 0
            ? -1
            : TimeUnit.MILLISECONDS.toSeconds(Math.max(0, now - counts.latest())),
        counts.pieces(),
        counts.bytes(),
        runs.size());
  }

  private static boolean alive(Holder holder, RunRecord run, long now) {
    return holder != null
        && holder.run().equals(run.id())
        && (holder.isHere()
            ? !holder.isGone()
            : now - holder.beat() < TimeUnit.SECONDS.toMillis(CheckpointLock.STALE_SECONDS));
  }

  private static String state(RunRecord run, boolean running) {
    if (run.state() == State.PUBLISHED) {
      return "published";
    }
    if (run.state() == State.FAILED) {
      return "failed";
    }
    return !running ? "cut off" : run.state() == State.RUNNING ? "running" : "publishing";
  }

  /** The status as readable text. */
  String text() {
    StringBuilder out = new StringBuilder();
    out.append("checkpoint  %s%n".formatted(checkpoint));
    out.append("state       %s%n".formatted(state + place()));
    if (output != null) {
      out.append("output      %s%n".formatted(output));
    }
    String share =
        rows > 0
            ? " of %,d, %.1f %%".formatted(rows, Math.min(100.0, 100.0 * finished / rows))
            : "";
    out.append(
        "rows        %,d finished%s; %,d of them failed%n".formatted(finished, share, failed));
    if (rowsPerSecond > 0 && secondsLeft >= 0) {
      out.append(
          "speed       %.2f rows/s in the last ten minutes, about %s left%n"
              .formatted(rowsPerSecond, time(secondsLeft)));
    }
    out.append("answers     %,d files, %,d bytes".formatted(pieces, bytes));
    if (finished > 0) {
      out.append(
          ", %,d a row, the last written %s ago"
              .formatted(bytes / finished, time(secondsSinceWrite)));
    }
    return out.append("%n".formatted()).toString();
  }

  private String place() {
    return switch (state) {
      case "running", "publishing" ->
          " for %s, process %d on %s".formatted(time(seconds), process, host);
      case "cut off", "failed" -> ": run the job again with resume: true, and it goes on from here";
      default -> "";
    };
  }

  private static String time(long seconds) {
    Duration time = Duration.ofSeconds(seconds);
    return time.toHours() > 0
        ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
        : time.toMinutes() > 0
            ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
            : seconds + " s";
  }
}
