package io.pinion.job.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.setting.Secrets;
import io.pinion.setting.SettingValues;
import io.pinion.spark.column.OutputNames;
import io.pinion.spark.plan.StageProfile;
import java.util.List;
import java.util.Map;

/**
 * The contents of a YAML job file, read and checked by {@link JobFileReader}. Immutable.
 *
 * @param name of the application in Spark's UI; {@code null} for one made of the file's
 * @param settings the settings for model, prompts, guides, sampling and batches
 * @param resources of the executors that generate; {@code null} for those of the session
 * @param maxErrorFraction the largest share of failed rows that does not fail the job
 * @param resume how it goes on where an earlier run was
 * @param variables the environment variables that the file names, with their values
 * @param files other files that were read for it, such as a schema
 * @param source the file with its overrides, as JSON, in which variables stand by their names
 */
public record JobFile(
    String name,
    Input input,
    Output output,
    SettingValues settings,
    StageProfile resources,
    double maxErrorFraction,
    Resume resume,
    Map<String, String> variables,
    List<NamedFile> files,
    JsonNode source) {

  /** The format of a table of a catalog, whatever its files are. */
  public static final String TABLE = "table";

  /** A message with <code>${NAME}</code> in place of what the variable holds. */
  public String withoutSecrets(String message) {
    return Secrets.without(message, variables);
  }

  /**
   * How a job uses what earlier runs generated.
   *
   * @param on whether to go on with the rows in the checkpoint
   * @param retryFailed whether to generate rows again that failed
   * @param checkpoint the folder for finished rows; {@code null} for none
   * @param interval after how many seconds a task writes its finished rows; 0 for its own choice
   * @param cachePath the folder with answers that runs share; {@code null} for none
   * @param cacheTable the table with answers that runs share; {@code null} for none
   */
  public record Resume(
      boolean on,
      boolean retryFailed,
      String checkpoint,
      int interval,
      String cachePath,
      String cacheTable) {}

  /**
   * Where rows come from.
   *
   * @param table the table's name if the format is {@code table}; otherwise {@code null}
   * @param schema the columns to read, as in {@code CREATE TABLE}; {@code null} to let Spark infer
   *     it
   * @param limit the most rows to read; 0 for all
   * @param partitions how many partitions to spread the rows over; 0 leaves them as they are, and
   *     {@link #AUTO} fits them to the executors
   */
  public record Input(
      String format,
      List<String> paths,
      String table,
      String schema,
      Map<String, String> options,
      int limit,
      int partitions) {

    public static final int AUTO = -1;

    /** Whether rows come from a table of a catalog. */
    public boolean isTable() {
      return format.equals(TABLE);
    }
  }

  /**
   * Where rows go.
   *
   * @param partitions how many files to write; 0 for one per partition
   * @param names of the columns that generation adds
   * @param partitionBy columns whose values are folders of files, or partitions of a table
   * @param mergeOn the key columns if the mode is {@link #MERGE}; otherwise empty
   */
  public record Output(
      String format,
      String path,
      String table,
      String mode,
      Map<String, String> options,
      int partitions,
      OutputNames names,
      List<String> partitionBy,
      List<String> mergeOn) {

    /** The mode in which rows replace those of a table that have their keys. */
    public static final String MERGE = "merge";

    /** Whether rows go into a table of a catalog. */
    public boolean isTable() {
      return format.equals(TABLE);
    }

    /** The same output with another mode. */
    public Output withMode(String other) {
      return new Output(
          format, path, table, other, options, partitions, names, partitionBy, mergeOn);
    }
  }
}
