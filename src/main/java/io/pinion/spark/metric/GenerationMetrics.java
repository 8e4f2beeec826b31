package io.pinion.spark.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.LongAccumulator;

/**
 * A job's counters. The named accumulators appear on the stage page of Spark's UI.
 *
 * <p>Spark adds a task's counts only when it succeeds, so failed attempts are not counted. Methods
 * that return counts are for the driver, in any thread, and for a task, which sees its own.
 */
public final class GenerationMetrics implements Serializable {
  private static final long serialVersionUID = 1;

  public static final String ROWS_OK = "pinion.rows.ok";
  public static final String ROWS_FAILED = "pinion.rows.failed";
  public static final String PROMPT_TOKENS = "pinion.tokens.prompt";
  public static final String COMPLETION_TOKENS = "pinion.tokens.completion";

  public final LongAccumulator rowsOk;
  public final LongAccumulator rowsFailed;
  public final LongAccumulator rowsDeduplicated;
  public final LongAccumulator rowsResumed;
  public final LongAccumulator rowsCached;
  public final LongAccumulator promptTokens;
  public final LongAccumulator cachedPromptTokens;
  public final LongAccumulator completionTokens;

  /** Merges summaries on the driver; in a task, collects them for it. */
  final CollectionAccumulator<byte[]> summaries = new TaskSummaries();

  public GenerationMetrics(SparkContext context) {
    rowsOk = context.longAccumulator(ROWS_OK);
    rowsFailed = context.longAccumulator(ROWS_FAILED);
    rowsDeduplicated = context.longAccumulator("pinion.rows.deduplicated");
    rowsResumed = context.longAccumulator("pinion.rows.resumed");
    rowsCached = context.longAccumulator("pinion.rows.cached");
    promptTokens = context.longAccumulator(PROMPT_TOKENS);
    cachedPromptTokens = context.longAccumulator("pinion.tokens.prompt.cached");
    completionTokens = context.longAccumulator(COMPLETION_TOKENS);
    // Without names, since messages may quote rows, which Spark's UI and event logs must not show.
    context.register(summaries);
  }

  /**
   * Tells the driver at the end of a task what it did besides the numbers. Not before: what the
   * accumulators hold is sent with every heartbeat.
   */
  public void add(TaskSummary summary) {
    summaries.add(summary.bytes());
  }

  private TaskSummary all() {
    if (summaries instanceof TaskSummaries ofDriver) {
      return ofDriver.all();
    }
    TaskSummary ofTask = new TaskSummary();
    summaries.value().forEach(ofTask::merge);
    return ofTask;
  }

  public long rowsOk() {
    return rowsOk.value();
  }

  public long rowsFailed() {
    return rowsFailed.value();
  }

  /** How many rows, failed ones included, took the result of an equal row. */
  public long rowsDeduplicated() {
    return rowsDeduplicated.value();
  }

  /** How many rows, failed ones included, took the result that the checkpoint had. */
  public long rowsResumed() {
    return rowsResumed.value();
  }

  /** How many rows took the result that the cache of earlier runs had. */
  public long rowsCached() {
    return rowsCached.value();
  }

  /** The prompt tokens of successful rows; requests that equal rows shared count once. */
  public long promptTokens() {
    return promptTokens.value();
  }

  /** How many of {@link #promptTokens} came from the prefix cache. */
  public long cachedPromptTokens() {
    return cachedPromptTokens.value();
  }

  public long completionTokens() {
    return completionTokens.value();
  }

  /**
   * How many rows failed, by message; after ten distinct messages the rest are counted together.
   */
  public Map<String, Long> failures() {
    return all().failures();
  }

  /** Ids of the first failed rows, at most three for each message of {@link #failures}. */
  public Map<String, List<String>> failedRows() {
    return all().failedRows();
  }

  /** Why completions ended, and how many for each reason; a failed row counts as error. */
  public Map<String, Long> finishReasons() {
    return all().finishReasons();
  }

  /** The tokens of the prompts that the model was given for successful rows. */
  public LengthHistogram promptLengths() {
    return all().promptLengths();
  }

  /** The tokens of each completion that the model made for successful rows. */
  public LengthHistogram completionLengths() {
    return all().completionLengths();
  }

  /**
   * How many rows were sampled (temperature above 0), and how many of these had the id of an
   * earlier one, and so its random numbers. Without an id column the prompt is the id.
   */
  public RowIdentities.Count identities() {
    return all().identities();
  }

  /** What each executor did on each set of devices. */
  public List<DeviceUsage> usage() {
    return all().usages();
  }
}
