package io.pinion.spark.task;

import io.pinion.device.DeviceAssignment;
import io.pinion.device.RuntimeVersions;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelOptions;
import io.pinion.spark.registry.ModelRegistry;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;

/**
 * The model of a task. It is loaded for the first row that is to be generated: a task whose rows
 * have answers already needs none. Not thread-safe; used by the task's thread only, which closes
 * it.
 */
final class TaskModel implements Supplier<LoadedModel>, AutoCloseable {
  private final TaskOptions options;
  private final TaskContext task;
  private final ModelRegistry.Loader loader;
  private final DeviceAssignment devices;
  private ModelRegistry.Handle handle;

  TaskModel(TaskOptions options, TaskContext task, ModelRegistry.Loader loader) {
    this.options = options;
    this.task = task;
    this.loader = loader;
    this.devices = TaskDevices.of(task, options.device());
  }

  @Override
  public LoadedModel get() {
    if (handle == null) {
      ModelOptions model = options.model().withThreads(TaskDevices.threads(options.model()));
      handle = ModelRegistry.executor().acquire(model, devices, loader, task::isInterrupted);
    }
    return handle.model();
  }

  DeviceAssignment devices() {
    return devices;
  }

  /** Whether the task loaded the weights itself. */
  boolean loaded() {
    return handle != null && handle.loaded();
  }

  /** How long that took; 0 if it did not. */
  double loadSeconds() {
    return handle == null ? 0 : handle.loadSeconds();
  }

  /** How many unused models were unloaded for it. */
  int released() {
    return handle == null ? 0 : handle.released();
  }

  /** The versions of what the model runs on; empty if none was needed. */
  Map<String, String> versions() {
    return handle == null ? Map.of() : RuntimeVersions.read();
  }

  @Override
  public void close() {
    if (handle != null) {
      handle.close();
    }
  }
}
