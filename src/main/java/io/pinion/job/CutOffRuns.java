package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.resume.Resumption;
import io.pinion.job.resume.Resumption.CutOff;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Brings to an end what runs that were cut off had begun, so that no row is missing or twice. */
final class CutOffRuns {
  private final Resumption resumption;
  private final JobOutput output;
  private final Messages messages;

  CutOffRuns(Resumption resumption, JobOutput output, Messages messages) {
    this.resumption = resumption;
    this.output = output;
    this.messages = messages;
  }

  /**
   * Settles whether runs appended their rows, and frees the space of those that did not get that
   * far.
   *
   * @param committed whether the output changes by one commit, which happened or did not
   * @param inputColumns those of the job's input
   * @throws JobException if some rows of a run are in the table and others are not
   */
  void settle(boolean committed, String[] inputColumns) throws IOException {
    for (CutOff run : resumption.cutOffAppends()) {
      boolean published = true;
      if (!committed) {
        output.publishFor(run.staging());
      } else {
        published = output.exists() && isIn(output.published(), run, inputColumns);
        output.discardFor(run.staging());
      }
      resumption.settle(run, published);
      messages.tell(
          published
              ? "the rows of run %s, which was cut off, are appended".formatted(run.run())
              : "run %s was cut off before it appended its rows".formatted(run.run()));
    }
    for (Path left : resumption.leftFolders(false)) {
      output.discardFor(left);
    }
  }

  private boolean isIn(Dataset<Row> table, CutOff run, String[] inputColumns) throws IOException {
    Dataset<Row> left = output.leftBy(run.staging());
    long[] counts = resumption.appendedCounts(run, left, table, inputColumns);
    if (counts[1] != 0 && counts[1] != counts[0]) {
      throw new JobException(
          List.of(
              "run %s was cut off while it appended %d rows to %s, which has %d of them: delete these, or append the others, then delete %s and the checkpoint"
                  .formatted(run.run(), counts[0], output.name(), counts[1], run.staging())));
    }
    return counts[0] > 0 && counts[1] == counts[0];
  }

  /** Deletes the rows of runs that were cut off while they replaced what is replaced now. */
  void discardRest() throws IOException {
    for (Path left : resumption.leftFolders(true)) {
      output.discardFor(left);
    }
  }
}
