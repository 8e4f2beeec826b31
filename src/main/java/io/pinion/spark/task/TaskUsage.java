package io.pinion.spark.task;

import io.pinion.device.RuntimeVersions;
import io.pinion.spark.metric.DeviceUsage;
import java.util.function.LongSupplier;

/** Counts what one task does on its devices. Not thread-safe; used by the task's thread only. */
final class TaskUsage {
  private final String executor;
  private final TaskModel model;
  private final LongSupplier clock;
  private long firstRowMillis;
  private long lastRowMillis;
  private long rows;
  private long promptTokens;
  private long completionTokens;

  TaskUsage(String executor, TaskModel model) {
    this(executor, model, System::currentTimeMillis);
  }

  /**
   * @param clock in milliseconds since 1970
   */
  TaskUsage(String executor, TaskModel model, LongSupplier clock) {
    this.executor = executor;
    this.model = model;
    this.clock = clock;
    entersModel();
  }

  /** The first row enters the model, which took its time to load before. */
  void entersModel() {
    firstRowMillis = clock.getAsLong();
    lastRowMillis = firstRowMillis;
  }

  long firstRowMillis() {
    return firstRowMillis;
  }

  void row(long prompt, long completion) {
    rows++;
    promptTokens += prompt;
    completionTokens += completion;
    lastRowMillis = clock.getAsLong();
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
