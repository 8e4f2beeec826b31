package io.pinion.spark.task;

import io.pinion.device.RuntimeVersions;
import io.pinion.spark.metric.DeviceUsage;

/** Counts what one task does on its devices. Not thread-safe; used by the task's thread only. */
final class TaskUsage {
  private final String executor;
  private final TaskModel model;
  private final long firstRowMillis = System.currentTimeMillis();
  private long lastRowMillis = firstRowMillis;
  private long rows;
  private long promptTokens;
  private long completionTokens;

  TaskUsage(String executor, TaskModel model) {
    this.executor = executor;
    this.model = model;
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
        model.devices().describe(),
        RuntimeVersions.hardware(model.devices().devices().get(0)),
        rows,
        promptTokens,
        completionTokens,
        model.loaded() ? 1 : 0,
        model.loadSeconds(),
        model.released(),
        RuntimeVersions.peakBytes(model.devices().devices()),
        firstRowMillis,
        lastRowMillis,
        model.versions());
  }
}
