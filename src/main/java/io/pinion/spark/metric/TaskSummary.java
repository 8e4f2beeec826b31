package io.pinion.spark.metric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tasks tell the driver besides numbers: failed rows by message, the identities of sampled
 * rows, and what was done on each device. As bytes it is JSON. Not thread-safe.
 */
public final class TaskSummary {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_MESSAGES = 10;
  private static final String OTHERS = "other errors";

  private final TreeMap<String, Long> failures = new TreeMap<>();
  private final RowIdentities identities = new RowIdentities();
  private final TreeMap<String, DeviceUsage> usages = new TreeMap<>();

  /** Counts a failed row. After ten distinct messages the rest are counted together. */
  public void failed(String message) {
    failed(message, 1);
  }

  private void failed(String message, long count) {
    boolean room = failures.containsKey(message) || failures.size() < MAX_MESSAGES;
    failures.merge(room ? message : OTHERS, count, Long::sum);
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
    other.failures.forEach(this::failed);
    identities.merge(other.identities.sample());
    other.usages.values().forEach(this::used);
  }

  Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }

  RowIdentities.Count identities() {
    return identities.count();
  }

  List<DeviceUsage> usages() {
    return List.copyOf(usages.values());
  }

  byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(
          new Content(failures, identities.sample(), List.copyOf(usages.values())));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary is always JSON", e);
    }
  }

  static TaskSummary of(byte[] bytes) {
    Content content;
    try {
      content = JSON.readValue(bytes, Content.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the driver and an executor have other builds of Pinion", e);
    }
    TaskSummary summary = new TaskSummary();
    content.failures.forEach(summary::failed);
    summary.identities.merge(content.identities);
    content.usages.forEach(summary::used);
    return summary;
  }

  private record Content(
      Map<String, Long> failures, RowIdentities.Sample identities, List<DeviceUsage> usages) {}
}
