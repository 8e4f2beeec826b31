package io.pinion.spark.task;

import io.pinion.device.DeviceAssignment;
import io.pinion.device.DeviceMemory;
import io.pinion.device.RuntimeCheck;
import io.pinion.device.RuntimeVersions;
import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.MemoryRoom;
import io.pinion.engine.ModelKey;
import io.pinion.engine.ModelOptions;
import io.pinion.engine.SharedModel;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor. Weights are loaded once for each {@link ModelKey}, by the first task
 * that needs them, on that task's thread; other tasks wait. On top of the weights there is one
 * generator for each {@link GeneratorSettings}, which tasks with the same settings share. A failed
 * load is reported to its task, leaves nothing in memory, and is tried again by the next task.
 * Unused models stay in memory until another load needs the room (see {@link ModelPool}) or the
 * executor's JVM ends. Thread-safe.
 */
final class ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);
  private static final ModelRegistry INSTANCE = new ModelRegistry(DeviceMemory.ofMachine());

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE.pool::close, "pinion-close-models"));
  }

  private final ModelPool pool;

  /**
   * @param memory tells how much memory is free for models
   */
  ModelRegistry(DeviceMemory memory) {
    this.pool = new ModelPool(memory);
  }

  /** Loads weights; {@code ModelLoader::share} except in tests. */
  public interface Loader extends Serializable {
    SharedModel load(ModelOptions options, DeviceAssignment devices, MemoryRoom room);
  }

  /**
   * A task's hold on a model, which stays in memory until the task closes this, once.
   *
   * @param loaded whether this task loaded the weights
   * @param loadSeconds how long that took; 0 if they were in memory already
   * @param released how many unused models were unloaded to make room for this one
   */
  record Handle(
      LoadedModel model, boolean loaded, double loadSeconds, int released, Runnable release)
      implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  static ModelRegistry executor() {
    return INSTANCE;
  }

  /** Gives a task the model that its options ask for. The task closes the handle. */
  Handle acquire(ModelOptions options, DeviceAssignment devices, Loader loader) {
    ModelKey key = ModelKey.of(options, devices);
    PooledModel model = pool.hold(key, options.uri() + " on " + devices.describe());
    try {
      synchronized (model) {
        try {
          return handle(model, options, devices, loader);
        } finally {
          pool.endLoad(model);
        }
      }
    } catch (RuntimeException | Error e) {
      pool.release(model);
      throw e;
    }
  }

  private Handle handle(
      PooledModel model, ModelOptions options, DeviceAssignment devices, Loader loader) {
    Room room = new Room(model);
    boolean loads = model.shared == null;
    long begin = System.nanoTime();
    if (loads) {
      pool.put(model, room.retrying(() -> loader.load(options, devices, room)));
    }
    PooledModel.Generator generator;
    try {
      generator = generator(model, options, room);
    } catch (RuntimeException | Error e) {
      if (loads) {
        pool.discard(model);
      }
      throw e;
    }
    double seconds = loads ? (System.nanoTime() - begin) / 1e9 : 0;
    if (loads) {
      log(options, devices, generator.loaded, seconds);
    }
    return new Handle(
        generator.loaded, loads, seconds, room.released, () -> pool.release(model, generator));
  }

  private PooledModel.Generator generator(PooledModel model, ModelOptions options, Room room) {
    GeneratorSettings settings = model.shared.settings(options);
    Optional<PooledModel.Generator> there = pool.hold(model, settings);
    return there.orElseGet(
        () -> pool.put(model, settings, room.retrying(() -> model.shared.open(settings, room))));
  }

  /** Makes room for one model, and counts the models unloaded for it. */
  private final class Room implements MemoryRoom {
    private final PooledModel wanted;
    private int released;

    Room(PooledModel wanted) {
      this.wanted = wanted;
    }

    @Override
    public void make(long bytes) {
      released += pool.makeRoom(wanted, bytes).models();
    }

    /**
     * Loads, and if memory runs out, closes everything unused and tries once more: the free memory
     * of a device and the need of a load are only estimates.
     */
    <T> T retrying(Supplier<T> load) {
      try {
        return load.get();
      } catch (RuntimeException e) {
        if (!outOfMemory(e)) {
          throw e;
        }
        ModelPool.Released all = pool.releaseUnused(wanted);
        released += all.models();
        if (all.models() + all.generators() == 0) {
          throw e;
        }
        LOG.warn(
            "Loading {} ran out of memory; trying once more after unloading what is unused: {}",
            wanted.name,
            e);
        return load.get();
      }
    }

    /** Recognizes the messages of libtorch's GPU and CPU allocators. */
    private static boolean outOfMemory(Throwable failure) {
      for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("out of memory") || message.contains("can't allocate memory")) {
          return true;
        }
      }
      return false;
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
}
