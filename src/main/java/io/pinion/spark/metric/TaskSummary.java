package io.pinion.spark.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tasks tell the driver besides numbers: failed rows by message, why completions ended, how
 * long texts were, the identities of sampled rows, and what was done on each device. As bytes it is
 * JSON. Not thread-safe.
 */
public final class TaskSummary {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_MESSAGES = 10;
  private static final String OTHERS = "other errors";
  private static final int MAX_SAMPLES = 3;
  private static final int MAX_ID = 80;

  private final TreeMap<String, Long> failures = new TreeMap<>();
  private final TreeMap<String, List<String>> failedRows = new TreeMap<>();
  private final TreeMap<String, Long> finishReasons = new TreeMap<>();
  private final LengthHistogram promptLengths = new LengthHistogram();
  private final LengthHistogram completionLengths = new LengthHistogram();
  private final RowIdentities identities = new RowIdentities();
  private final TreeMap<String, DeviceUsage> usages = new TreeMap<>();

  /**
   * Counts a failed row. After ten distinct messages the rest are counted together.
   *
   * @param id of the row, of which the first 80 characters are told
   */
  public void failed(String message, String id) {
    failed(message, 1, List.of(id.length() > MAX_ID ? id.substring(0, MAX_ID) + "…" : id));
  }

  private void failed(String message, long count, List<String> ids) {
    boolean room = failures.containsKey(message) || failures.size() < MAX_MESSAGES;
    String kind = room ? message : OTHERS;
    failures.merge(kind, count, Long::sum);
    List<String> samples = failedRows.computeIfAbsent(kind, key -> new ArrayList<>());
    ids.stream().limit(MAX_SAMPLES - samples.size()).forEach(samples::add);
  }

  /** Counts why a completion ended. */
  public void finished(String reason) {
    finishReasons.merge(reason, 1L, Long::sum);
  }

  /** Counts the tokens of a prompt. */
  public void prompt(long tokens) {
    promptLengths.add(tokens);
  }

  /** Counts the tokens of a completion. */
  public void completion(long tokens) {
    completionLengths.add(tokens);
  }

  /** Counts a row whose tokens are drawn at random. */
  public void sampled(String id) {
    identities.add(id);
  }

  /** Adds to what the executor did on these devices. */
  public void used(DeviceUsage usage) {
    usages.merge(usage.executor() + "\n" + usage.device(), usage, DeviceUsage::plus);
  }

  void merge(TaskSummary other) {
    merge(other.content());
  }

  private void merge(Content content) {
    content.failures.forEach(
        (message, count) -> failed(message, count, content.failedRows.get(message)));
    content.finishReasons.forEach((reason, count) -> finishReasons.merge(reason, count, Long::sum));
    promptLengths.merge(content.promptLengths);
    completionLengths.merge(content.completionLengths);
    identities.merge(content.identities);
    content.usages.forEach(this::used);
  }

  private Content content() {
    return new Content(
        failures(),
        failedRows(),
        finishReasons(),
        promptLengths.counts(),
        completionLengths.counts(),
        identities.sample(),
        usages());
  }

  Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }

  /** Ids of some failed rows, by message. */
  Map<String, List<String>> failedRows() {
    return new TreeMap<>(failedRows);
  }

  Map<String, Long> finishReasons() {
    return new TreeMap<>(finishReasons);
  }

  LengthHistogram promptLengths() {
    return promptLengths;
  }

  LengthHistogram completionLengths() {
    return completionLengths;
  }

  RowIdentities.Count identities() {
    return identities.count();
  }

  List<DeviceUsage> usages() {
    return List.copyOf(usages.values());
  }

  byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(content());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary is always JSON", e);
    }
  }

  /** Adds what {@link #bytes} of another summary returned. */
  void merge(byte[] bytes) {
    try {
      merge(JSON.readValue(bytes, Content.class));
    } catch (IOException e) {
      throw new UncheckedIOException("the driver and an executor have other builds of Pinion", e);
    }
  }

  private record Content(
      Map<String, Long> failures,
      Map<String, List<String>> failedRows,
      Map<String, Long> finishReasons,
      long[] promptLengths,
      long[] completionLengths,
      RowIdentities.Sample identities,
      List<DeviceUsage> usages) {}
}
