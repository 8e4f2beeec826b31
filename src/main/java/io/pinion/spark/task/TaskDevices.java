package io.pinion.spark.task;

import io.pinion.device.DeviceAssigner;
import io.pinion.device.DeviceAssignment;
import io.pinion.device.RuntimeVersions;
import io.pinion.engine.ModelOptions;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The devices and CPU threads of a task, from what Spark assigned to it and its executor. */
final class TaskDevices {
  private TaskDevices() {}

  /**
   * The devices of a task.
   *
   * @param policy auto, cpu or gpu
   * @throws io.pinion.device.DeviceException if a GPU is required and cannot be used
   */
  static DeviceAssignment of(TaskContext task, String policy) {
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    return of(gpu == null ? List.of() : List.of(gpu.addresses()), policy);
  }

  /** The devices of a task with these addresses; see the other method. */
  static DeviceAssignment of(List<String> addresses, String policy) {
    String simulate = SparkEnv.get().conf().get("spark.pinion.device.simulate", "");
    DeviceAssigner assigner =
        new DeviceAssigner(
            policy,
            simulate.equals("cpu"),
            System.getenv("CUDA_VISIBLE_DEVICES"),
            RuntimeVersions::gpuUuids);
    return assigner.assign(addresses);
  }

  /** Resolved in the task, since only the executor knows how many cores it has. */
  static int threads(ModelOptions options) {
    int asked = options.threads();
    return asked > 0 ? asked : ExecutorCores.of(SparkEnv.get().conf());
  }
}
