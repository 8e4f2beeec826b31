package io.pinion.spark.plan;

import io.pinion.spark.metric.DeviceUsage;
import io.pinion.spark.metric.GenerationMetrics;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.$less$colon$less$;
import scala.collection.immutable.Map;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The counters of an operator that the SQL tab of Spark's UI shows. In a task they follow those of
 * the generation, which are the task's own there.
 */
record OperatorMetrics(
    SQLMetric rows,
    SQLMetric failedRows,
    SQLMetric sharedRows,
    SQLMetric promptTokens,
    SQLMetric cachedPromptTokens,
    SQLMetric completionTokens,
    SQLMetric modelLoads,
    SQLMetric modelLoadTime)
    implements Serializable {

  static OperatorMetrics create(SparkContext context) {
    return new OperatorMetrics(
        SQLMetrics.createMetric(context, "number of output rows"),
        SQLMetrics.createMetric(context, "failed rows"),
        SQLMetrics.createMetric(context, "rows that shared a request"),
        SQLMetrics.createMetric(context, "prompt tokens"),
        SQLMetrics.createMetric(context, "prompt tokens from the prefix cache"),
        SQLMetrics.createMetric(context, "completion tokens"),
        SQLMetrics.createMetric(context, "models loaded"),
        SQLMetrics.createTimingMetric(context, "time to load models", -1));
  }

  Map<String, SQLMetric> byName() {
    java.util.Map<String, SQLMetric> metrics = new LinkedHashMap<>();
    metrics.put("numOutputRows", rows);
    metrics.put("failedRows", failedRows);
    metrics.put("sharedRows", sharedRows);
    metrics.put("promptTokens", promptTokens);
    metrics.put("cachedPromptTokens", cachedPromptTokens);
    metrics.put("completionTokens", completionTokens);
    metrics.put("modelLoads", modelLoads);
    metrics.put("modelLoadTime", modelLoadTime);
    return CollectionConverters.asScala(metrics).toMap($less$colon$less$.MODULE$.refl());
  }

  /** Takes over what a task has counted so far. */
  void follow(GenerationMetrics counts) {
    failedRows.set(counts.rowsFailed());
    rows.set(counts.rowsOk() + counts.rowsFailed());
    sharedRows.set(counts.rowsDeduplicated());
    promptTokens.set(counts.promptTokens());
    cachedPromptTokens.set(counts.cachedPromptTokens());
    completionTokens.set(counts.completionTokens());
  }

  /** Takes over what a task knows at its end. */
  void finish(GenerationMetrics counts) {
    follow(counts);
    List<DeviceUsage> usage = counts.usage();
    long loads = usage.stream().mapToLong(DeviceUsage::loads).sum();
    if (loads > 0) {
      double seconds = usage.stream().mapToDouble(DeviceUsage::loadSeconds).sum();
      modelLoads.set(loads);
      modelLoadTime.set(Math.round(seconds * 1000));
    }
  }
}
