package io.pinion.job.file;

import io.pinion.setting.Secrets;
import io.pinion.setting.SettingValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The contents of a YAML job file, read and checked by {@link JobFileReader}. Immutable.
 *
 * @param settings the settings for model, prompts, guides, sampling and batches
 * @param maxErrorFraction the largest share of failed rows that does not fail the job
 * @param variables the environment variables that the file names, with their values
 * @param files other files that were read for it, such as a schema
 */
public record JobFile(
    Input input,
    Output output,
    SettingValues settings,
    double maxErrorFraction,
    Map<String, String> variables,
    List<Path> files) {

  /** A message with <code>${NAME}</code> in place of what the variable holds. */
  public String withoutSecrets(String message) {
    return Secrets.without(message, variables);
  }

  /**
   * Where rows come from.
   *
   * @param table the table's name if the format is {@code table}; otherwise {@code null}
   * @param schema the columns to read, as in {@code CREATE TABLE}; {@code null} to let Spark infer
   *     it
   * @param limit the most rows to read; 0 for all
   * @param partitions how many partitions to spread the rows over; 0 leaves them as they are
   */
  public record Input(
      String format,
      List<String> paths,
      String table,
      String schema,
      Map<String, String> options,
      int limit,
      int partitions) {}

  /**
   * Where rows go.
   *
   * @param partitions how many files to write; 0 for one per partition
   */
  public record Output(
      String format,
      String path,
      String table,
      String mode,
      Map<String, String> options,
      int partitions) {}
}
