package io.pinion.spark.task;

import io.pinion.device.DeviceAssignment;
import io.pinion.device.RuntimeCheck;
import io.pinion.device.RuntimeVersions;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor: one for each set of options and devices, loaded by the first task
 * that needs it, on that task's thread. Other tasks wait for it. A load that fails is reported to
 * its task and tried again by the next. Models are closed when the executor's JVM ends, never with
 * a task.
 */
final class ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);
  private static final ModelRegistry INSTANCE = new ModelRegistry();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "pinion-close-models"));
  }

  private final Map<Key, Slot> slots = new ConcurrentHashMap<>();

  private record Key(ModelOptions options, DeviceAssignment devices) {}

  /** Makes a model; {@code TextModels::load} except in tests. */
  public interface Loader extends java.io.Serializable {
    LoadedModel load(ModelOptions options, DeviceAssignment devices);
  }

  /**
   * A model and whether this call loaded it.
   *
   * @param loadSeconds how long that took; 0 where it was there already
   */
  record Handle(LoadedModel model, boolean loaded, double loadSeconds) {}

  private static final class Slot {
    private LoadedModel model;
  }

  static ModelRegistry executor() {
    return INSTANCE;
  }

  Handle model(ModelOptions options, DeviceAssignment devices, Loader loader) {
    Slot slot = slots.computeIfAbsent(new Key(options, devices), key -> new Slot());
    synchronized (slot) {
      if (slot.model != null) {
        return new Handle(slot.model, false, 0);
      }
      long begin = System.nanoTime();
      slot.model = loader.load(options, devices);
      double seconds = (System.nanoTime() - begin) / 1e9;
      log(options, devices, slot.model, seconds);
      return new Handle(slot.model, true, seconds);
    }
  }

  private static void log(
      ModelOptions options, DeviceAssignment devices, LoadedModel model, double seconds) {
    Map<String, String> versions = RuntimeVersions.read();
    LOG.info(
        "Loaded {} as {} on {} in {} s: {} ({}); process memory {} MiB; {}",
        options.uri(),
        model.dtype(),
        devices.describe(),
        String.format("%.1f", seconds),
        RuntimeVersions.hardware(devices.devices().get(0)),
        devices.reason(),
        RuntimeVersions.peakProcessBytes() >> 20,
        versions);
    RuntimeCheck.warnings(versions).forEach(LOG::warn);
  }

  private void close() {
    for (Slot slot : slots.values()) {
      synchronized (slot) {
        if (slot.model != null) {
          slot.model.close();
          slot.model = null;
        }
      }
    }
  }
}
