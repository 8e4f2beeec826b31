package io.pinion.job.file;

import java.util.List;
import java.util.Map;

/** A job as its YAML file states it; {@link JobFileReader} reads and checks it. */
public record JobFile(
    Input input,
    Output output,
    Model model,
    Prompt prompt,
    Guide guide,
    Sampling sampling,
    String onError,
    double maxErrorFraction,
    Batch batch) {

  /**
   * Where rows come from.
   *
   * @param table the table's name where the format is {@code table}; otherwise {@code null}
   * @param schema the columns to read, as in {@code CREATE TABLE}; {@code null} for what Spark
   *     finds
   * @param idColumn {@code null} where none is named
   * @param limit the most rows to read; 0 for all
   * @param partitions how many partitions to spread the rows over; 0 for as they come
   */
  public record Input(
      String format,
      List<String> paths,
      String table,
      String schema,
      String idColumn,
      Map<String, String> options,
      int limit,
      int partitions) {}

  /**
   * Where rows go.
   *
   * @param partitions how many files; 0 for one a partition
   */
  public record Output(
      String format,
      String path,
      String table,
      String mode,
      Map<String, String> options,
      int partitions,
      List<String> include) {}

  /** What to load. */
  public record Model(
      String uri, String dtype, int maxModelLength, String revision, String device, int threads) {}

  /** The prompt: a column of messages, or a template and perhaps a system message. */
  public record Prompt(String messagesColumn, String template, String system) {}

  /**
   * What texts may be.
   *
   * @param guide as JSON, with the guide's kind as its key; {@code null} for none
   * @param column the column with a row's own guide, or {@code null}
   * @param kind what that column's texts are; {@code null} where each says so itself
   */
  public record Guide(
      String guide,
      String column,
      String kind,
      String propertyOrder,
      int whiteSpace,
      boolean closeAtMaxTokens,
      String parsedColumn) {}

  /**
   * Sampling parameters.
   *
   * @param columns by parameter in kebab-case, the column that holds a row's own value
   */
  public record Sampling(
      double temperature,
      double topP,
      int topK,
      double minP,
      double repetitionPenalty,
      double presencePenalty,
      double frequencyPenalty,
      int maxTokens,
      int minTokens,
      List<String> stop,
      List<Integer> stopTokenIds,
      long seed,
      int n,
      int beamWidth,
      boolean ignoreEos,
      Map<String, String> columns) {}

  /**
   * How a device is kept busy.
   *
   * @param slots how many sequences at once
   * @param lookAhead how many batches of rows a task reads ahead
   * @param plain whether by the plain path, which the fast one is compared with
   * @param speculate whether steps of few tokens take in drafts of what may come next
   * @param deduplicate whether equal requests are computed once
   */
  public record Batch(
      int slots, int lookAhead, boolean plain, boolean speculate, boolean deduplicate) {}
}
