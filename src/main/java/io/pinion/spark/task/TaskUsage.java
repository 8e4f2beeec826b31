package io.pinion.spark.task;

import io.pinion.device.DeviceAssignment;
import io.pinion.device.RuntimeVersions;
import io.pinion.spark.metric.DeviceUsage;
import java.util.Map;

/** Counts what one task does on its devices. Not thread-safe; used by the task's thread only. */
final class TaskUsage {
  private final String executor;
  private final DeviceAssignment devices;
  private final ModelRegistry.Handle handle;
  private final Map<String, String> versions;
  private final long firstRowMillis = System.currentTimeMillis();
  private long lastRowMillis = firstRowMillis;
  private long rows;
  private long promptTokens;
  private long completionTokens;

  TaskUsage(
      String executor,
      DeviceAssignment devices,
      ModelRegistry.Handle handle,
      Map<String, String> versions) {
    this.executor = executor;
    this.devices = devices;
    this.handle = handle;
    this.versions = versions;
  }

  void row(long prompt, long completion) {
    rows++;
    promptTokens += prompt;
    completionTokens += completion;
    lastRowMillis = System.currentTimeMillis();
  }

  DeviceUsage total() {
    return new DeviceUsage(
        executor,
        devices.describe(),
        rows,
        promptTokens,
        completionTokens,
        handle.loaded() ? 1 : 0,
        handle.loadSeconds(),
        handle.released(),
        RuntimeVersions.peakBytes(devices.devices()),
        firstRowMillis,
        lastRowMillis,
        versions);
  }
}
