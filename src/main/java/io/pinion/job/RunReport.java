package io.pinion.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pinion.spark.VersionCheck;
import io.pinion.spark.metric.DeviceUsage;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.metric.RowIdentities;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The report of a run.
 *
 * @param deduplicatedRows how many rows took the result of an equal row
 * @param resumedRows how many rows took the result in the checkpoint
 * @param cachedRows how many rows took the result in the cache of earlier runs; cacheHitShare is
 *     their share of all rows
 * @param failures how many rows failed, by message
 * @param modelLoads how many times an executor loaded a model
 * @param modelReleases how many unused models executors unloaded to make room for another
 * @param modelLoadSeconds the longest time that an executor took to load its model
 * @param generationSeconds from the first row that entered a model to the last that came out
 * @param promptTokens of successful rows; requests that equal rows shared count once. The same
 *     holds for completionTokens
 * @param repeatedIds how many sampled rows had the id of an earlier one
 * @param warnings what the user should know of a run that did not fail
 * @param origin what is needed to run it again
 * @param prefixCacheHitShare the share of prompt tokens that came from the prefix cache
 */
record RunReport(
    @JsonProperty("rows_ok") long rowsOk,
    @JsonProperty("rows_failed") long rowsFailed,
    @JsonProperty("deduplicated_rows") long deduplicatedRows,
    @JsonProperty("resumed_rows") long resumedRows,
    @JsonProperty("cached_rows") long cachedRows,
    @JsonProperty("cache_hit_share") double cacheHitShare,
    @JsonProperty("repeated_ids") long repeatedIds,
    @JsonProperty("warnings") List<String> warnings,
    @JsonProperty("failures") Map<String, Long> failures,
    @JsonProperty("model_loads") long modelLoads,
    @JsonProperty("model_releases") long modelReleases,
    @JsonProperty("model_load_seconds") double modelLoadSeconds,
    @JsonProperty("generation_seconds") double generationSeconds,
    @JsonProperty("rows_per_second") double rowsPerSecond,
    @JsonProperty("prompt_tokens") long promptTokens,
    @JsonProperty("prefix_cache_hit_share") double prefixCacheHitShare,
    @JsonProperty("completion_tokens") long completionTokens,
    @JsonProperty("prompt_tokens_per_second") double promptTokensPerSecond,
    @JsonProperty("completion_tokens_per_second") double completionTokensPerSecond,
    @JsonProperty("devices") List<Device> devices,
    @JsonProperty("versions") Map<String, String> versions,
    @JsonProperty("repeat") RunOrigin origin) {

  /** What one executor did on one set of devices. */
  record Device(
      @JsonProperty("executor") String executor,
      @JsonProperty("device") String device,
      @JsonProperty("hardware") String hardware,
      @JsonProperty("rows") long rows,
      @JsonProperty("prompt_tokens") long promptTokens,
      @JsonProperty("completion_tokens") long completionTokens,
      @JsonProperty("model_loads") long modelLoads,
      @JsonProperty("model_load_seconds") double modelLoadSeconds,
      @JsonProperty("model_releases") long modelReleases,
      @JsonProperty("peak_memory_bytes") long peakMemoryBytes) {}

  static RunReport of(
      GenerationMetrics metrics, String sparkVersion, List<String> warnings, RunOrigin origin) {
    List<DeviceUsage> usages = metrics.usage();
    double seconds = 0;
    if (!usages.isEmpty()) {
      long first = usages.stream().mapToLong(DeviceUsage::firstRowMillis).min().getAsLong();
      long last = usages.stream().mapToLong(DeviceUsage::lastRowMillis).max().getAsLong();
      seconds = (last - first) / 1e3;
    }
    Map<String, String> versions = new TreeMap<>();
    versions.put("spark", sparkVersion);
    versions.put("pinion", VersionCheck.pinion());
    usages.forEach(usage -> versions.putAll(usage.versions()));
    return new RunReport(
        metrics.rowsOk(),
        metrics.rowsFailed(),
        metrics.rowsDeduplicated(),
        metrics.rowsResumed(),
        metrics.rowsCached(),
        rate(metrics.rowsCached(), metrics.rowsOk() + metrics.rowsFailed()),
        metrics.identities().repeated(),
        List.copyOf(warnings),
        metrics.failures(),
        usages.stream().mapToLong(DeviceUsage::loads).sum(),
        usages.stream().mapToLong(DeviceUsage::releases).sum(),
        round(usages.stream().mapToDouble(DeviceUsage::loadSeconds).max().orElse(0)),
        seconds,
        rate(metrics.rowsOk() + metrics.rowsFailed(), seconds),
        metrics.promptTokens(),
        rate(metrics.cachedPromptTokens(), metrics.promptTokens()),
        metrics.completionTokens(),
        rate(metrics.promptTokens(), seconds),
        rate(metrics.completionTokens(), seconds),
        usages.stream().map(RunReport::device).toList(),
        versions,
        origin);
  }

  /**
   * That sampled rows share random numbers, if any do.
   *
   * @param idColumn {@code null} if the rows' prompts are their ids
   */
  static Optional<String> repeated(GenerationMetrics metrics, String idColumn) {
    RowIdentities.Count count = metrics.identities();
    if (count.repeated() == 0) {
      return Optional.empty();
    }
    String rows =
        "%s%d of %d sampled rows"
            .formatted(count.exact() ? "" : "about ", count.repeated(), count.rows());
    return Optional.of(
        idColumn == null
            ? rows
                + " have the prompt of an earlier row, and so its text: set input.id-column to a"
                + " column that tells rows apart"
            : rows
                + " have the id of an earlier row in column '"
                + idColumn
                + "', and so its random numbers: make input.id-column one that tells rows apart");
  }

  private static Device device(DeviceUsage usage) {
    return new Device(
        usage.executor(),
        usage.device(),
        usage.hardware(),
        usage.rows(),
        usage.promptTokens(),
        usage.completionTokens(),
        usage.loads(),
        round(usage.loadSeconds()),
        usage.releases(),
        usage.peakMemoryBytes());
  }

  private static double rate(long count, double seconds) {
    return seconds == 0 ? 0 : round(count / seconds);
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }

  /** The report as readable text. */
  String text() {
    StringBuilder out = new StringBuilder();
    out.append("rows         %d ok, %d failed%n".formatted(rowsOk, rowsFailed));
    failures.forEach((message, count) -> out.append("  %d failed: %s%n".formatted(count, message)));
    if (deduplicatedRows > 0) {
      out.append(
          "deduplicated %d rows took the result of an equal row%n".formatted(deduplicatedRows));
    }
    if (resumedRows > 0) {
      out.append("resumed      %d rows were finished before%n".formatted(resumedRows));
    }
    if (cachedRows > 0) {
      out.append(
          "cached       %d rows, %.0f %%, have an answer of an earlier run%n"
              .formatted(cachedRows, 100 * cacheHitShare));
    }
    out.append("model load   %.1f s, %d loaded".formatted(modelLoadSeconds, modelLoads));
    out.append(modelReleases > 0 ? ", %d unused unloaded".formatted(modelReleases) : "");
    out.append(System.lineSeparator());
    out.append("generation   %.1f s, %.2f rows/s%n".formatted(generationSeconds, rowsPerSecond));
    out.append(
        "tokens       %d prompt (%.0f/s, %.0f %% of them cached), %d completion (%.0f/s)%n"
            .formatted(
                promptTokens,
                promptTokensPerSecond,
                100 * prefixCacheHitShare,
                completionTokens,
                completionTokensPerSecond));
    for (Device device : devices) {
      out.append(
          "executor %-4s %s: %d rows, %d completion tokens, peak memory %d MiB%n"
              .formatted(
                  device.executor,
                  device.device,
                  device.rows,
                  device.completionTokens,
                  device.peakMemoryBytes >> 20));
    }
    versions.forEach((name, version) -> out.append(name).append(' ').append(version).append("  "));
    return out.append(System.lineSeparator()).toString();
  }
}
