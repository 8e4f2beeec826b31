package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.format.DataSources;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Where the output of a job is.
 *
 * @param folder resolved; {@code null} for a table
 * @param committed whether its rows become visible by one commit, which happened or did not
 * @param recovered what was found of runs that were cut off, to tell the user
 */
record OutputPlace(
    JobOutput output, Path folder, boolean committed, String mode, List<String> recovered) {

  /** The same place for a job that replaces what is there. */
  OutputPlace replaced(Output output, SparkSession spark) {
    Output replacing = output.withMode("overwrite");
    return new OutputPlace(
        output(replacing, spark, folder), folder, committed, replacing.mode(), recovered);
  }

  private static JobOutput output(Output output, SparkSession spark, Path folder) {
    if (output.isTable()) {
      return new TableOutput(spark, output);
    }
    return DataSources.isFiles(spark, output.format())
        ? new PathOutput(spark, output, folder)
        : new SourceOutput(spark, output, folder);
  }

  /** Names the place, whatever its spelling. */
  String name() {
    return folder == null ? "table " + output.name() : folder.toString();
  }

  /**
   * Finds the place, and puts back what a run that was cut off had moved out of it.
   *
   * @throws JobException if the place cannot be asked
   */
  static OutputPlace of(Output output, SparkSession spark) {
    boolean files = !output.isTable() && DataSources.isFiles(spark, output.format());
    if (output.isTable() || (!files && output.path() == null)) {
      return new OutputPlace(output(output, spark, null), null, true, output.mode(), List.of());
    }
    Configuration configuration = spark.sessionState().newHadoopConf();
    try {
      Path folder = Places.resolved(new Path(output.path()), configuration);
      if (folder.isRoot()) {
        throw new IOException("the root of a file system cannot be an output");
      }
      List<String> recovered = StagingFolder.recover(folder, configuration);
      return new OutputPlace(
          output(output, spark, folder), folder, !files, output.mode(), recovered);
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("output.path " + output.path() + ": " + e.getMessage(), e);
    }
  }
}
