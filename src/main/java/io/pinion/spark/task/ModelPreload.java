package io.pinion.spark.task;

import io.pinion.device.DeviceAssignment;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingValues;
import io.pinion.spark.registry.ModelRegistry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;

/**
 * Loads the model that Spark's configuration names into an executor's memory, on the devices that
 * tasks will get, before there is a task. Its settings have the names of the SQL functions'
 * defaults, such as {@code spark.pinion.model.uri}.
 */
public final class ModelPreload {
  private static final List<TaskSetting> SETTINGS =
      Stream.of("model", "batch")
          .flatMap(section -> TaskSetting.ofSection(section).stream())
          .toList();

  private final SparkConf configuration;
  private final SettingValues values;

  private ModelPreload(SparkConf configuration, SettingValues values) {
    this.configuration = configuration;
    this.values = values;
  }

  /**
   * What a configuration asks for.
   *
   * @throws IllegalArgumentException with all settings that are out of range
   */
  public static ModelPreload of(SparkConf configuration) {
    Map<Setting, Object> given = new LinkedHashMap<>();
    for (TaskSetting setting : SETTINGS) {
      String text =
          configuration.get(
              TaskSetting.CONFIGURATION + setting.path(),
              configuration.get(TaskSetting.CONFIGURATION + setting.parameter(), null));
      if (text != null) {
        given.put(setting, setting.type().kind().read(text));
      }
    }
    SettingValues values = new SettingValues(given);
    List<String> problems =
        values.problems(SETTINGS, setting -> TaskSetting.CONFIGURATION + setting.path());
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    return new ModelPreload(configuration, values);
  }

  /** Whether it names a model. */
  public boolean isAsked() {
    return values.text(TaskSetting.URI) != null;
  }

  /**
   * Loads the model once for each set of devices that a task may get. No task holds it, so it stays
   * until another model needs the memory.
   *
   * @param resources the executor's
   * @throws IllegalStateException if only a task's start tells its devices
   */
  public void load(Map<String, ResourceInformation> resources) {
    ModelOptions asked = TaskOptions.model(values);
    ModelOptions model = asked.withThreads(TaskDevices.threads(asked));
    for (DeviceAssignment devices : devices(resources)) {
      ModelRegistry.executor().acquire(model, devices, ModelLoader::share, () -> false).close();
    }
  }

  private List<DeviceAssignment> devices(Map<String, ResourceInformation> resources) {
    return addresses(resources).stream()
        .map(addresses -> TaskDevices.of(addresses, values.text(TaskSetting.DEVICE)))
        .distinct()
        .toList();
  }

  /** The addresses that a task may get, for each kind of task. */
  private List<List<String>> addresses(Map<String, ResourceInformation> resources) {
    ResourceInformation gpu = resources.get("gpu");
    double share = configuration.getDouble("spark.task.resource.gpu.amount", 0);
    if (gpu == null || share == 0) {
      return List.of(List.of());
    }
    List<String> all = List.of(gpu.addresses());
    if (share <= 1) {
      return Arrays.stream(gpu.addresses()).map(List::of).toList();
    }
    if (share == all.size()) {
      return List.of(all);
    }
    throw new IllegalStateException(
        "a task gets %.0f of the executor's %d gpus, and only its start tells which: give an executor as many gpus as a task"
            .formatted(share, all.size()));
  }
}
