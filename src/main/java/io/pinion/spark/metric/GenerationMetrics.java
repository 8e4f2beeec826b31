package io.pinion.spark.metric;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * A job's counters. The named accumulators show on the stage page of Spark's UI.
 *
 * <p>Spark adds what a task counted once it succeeds, so that a failed attempt counts nothing.
 */
public final class GenerationMetrics implements Serializable {
  private static final long serialVersionUID = 1;

  public static final String ROWS_OK = "pinion.rows.ok";
  public static final String ROWS_FAILED = "pinion.rows.failed";

  public final LongAccumulator rowsOk;
  public final LongAccumulator rowsFailed;
  public final LongAccumulator rowsDeduplicated;
  public final LongAccumulator promptTokens;
  public final LongAccumulator cachedPromptTokens;
  public final LongAccumulator completionTokens;
  public final UsageAccumulator usage = new UsageAccumulator();
  public final FailureAccumulator failures = new FailureAccumulator();

  public GenerationMetrics(SparkContext context) {
    rowsOk = context.longAccumulator(ROWS_OK);
    rowsFailed = context.longAccumulator(ROWS_FAILED);
    rowsDeduplicated = context.longAccumulator("pinion.rows.deduplicated");
    promptTokens = context.longAccumulator("pinion.tokens.prompt");
    cachedPromptTokens = context.longAccumulator("pinion.tokens.prompt.cached");
    completionTokens = context.longAccumulator("pinion.tokens.completion");
    context.register(usage, "pinion.usage");
    context.register(failures, "pinion.failures");
  }

  public long rowsOk() {
    return rowsOk.value();
  }

  public long rowsFailed() {
    return rowsFailed.value();
  }

  /** How many rows took the result of an equal one, failed ones among them. */
  public long rowsDeduplicated() {
    return rowsDeduplicated.value();
  }

  /** Of rows that went well, each request that was computed once. */
  public long promptTokens() {
    return promptTokens.value();
  }

  /** Of {@link #promptTokens}, those taken from an earlier row's prompt. */
  public long cachedPromptTokens() {
    return cachedPromptTokens.value();
  }

  public long completionTokens() {
    return completionTokens.value();
  }

  /** How many rows failed, by message; after ten different ones the rest are counted together. */
  public Map<String, Long> failures() {
    return failures.value();
  }

  /** What each executor did on each device set. */
  public List<DeviceUsage> usage() {
    return usage.value();
  }
}
