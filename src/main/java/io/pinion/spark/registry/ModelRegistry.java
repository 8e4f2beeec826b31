package io.pinion.spark.registry;

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
import io.pinion.setting.Secrets;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of this executor. Weights are loaded once for each {@link ModelKey}, by the first task
 * that needs them, on that task's thread; other tasks wait. On top of the weights there is one
 * generator for each {@link GeneratorSettings}, which tasks with the same settings share. A failed
 * load is reported to its task, leaves nothing in memory, and is tried again by the next task.
 * Unused models stay in memory until another load needs the room (see {@link ModelPool}), their
 * session ends or the executor's JVM ends. Thread-safe.
 */
public final class ModelRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(ModelRegistry.class);
  private static final long LOOK_MILLIS = 100;
  private static final ModelRegistry INSTANCE = new ModelRegistry(DeviceMemory.ofMachine());

  /** How long the end of the JVM waits for the steps in progress. */
  private static final long SHUTDOWN_MILLIS = 10_000;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::shutDown, "pinion-stop-generating"));
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
  public record Handle(
      LoadedModel model, boolean loaded, double loadSeconds, int released, Runnable release)
      implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  /**
   * What is in memory.
   *
   * @param models how many models are loaded
   * @param slots how many sequences their generators can run at once
   * @param slotsInUse how many of these are taken
   */
  public record Occupancy(int models, int slots, int slotsInUse) {}

  /** The registry of this JVM. */
  public static ModelRegistry executor() {
    return INSTANCE;
  }

  /** Frees what no task holds, and the rest with its last task: its session has ended. */
  public void endSession() {
    pool.retire();
  }

  /** What is in memory now. */
  public Occupancy occupancy() {
    return pool.occupancy();
  }

  /** How many models are in memory or being loaded. */
  int size() {
    return pool.size();
  }

  /** Ends the steps in progress, which the JVM's end must not interrupt in native code. */
  private void shutDown() {
    Thread stopping = new Thread(pool::shutDown, "pinion-stop-steps");
    stopping.setDaemon(true);
    stopping.start();
    try {
      stopping.join(SHUTDOWN_MILLIS);
    } catch (InterruptedException e) {
      // The JVM ends all the same.
      Thread.currentThread().interrupt();
    }
  }

  /** Gives a model to a task that is never cancelled; see the other method. */
  Handle acquire(ModelOptions options, DeviceAssignment devices, Loader loader) {
    return acquire(options, devices, loader, () -> false);
  }

  /**
   * Gives a task the model that its options ask for. The task closes the handle.
   *
   * @param cancelled whether the task was killed; asked while it loads, or waits for another's load
   * @throws CancellationException if it was, or was interrupted; nothing of its load stays in
   *     memory
   */
  public Handle acquire(
      ModelOptions options, DeviceAssignment devices, Loader loader, BooleanSupplier cancelled) {
    ModelKey key = ModelKey.of(options, devices);
    PooledModel model =
        pool.hold(key, Secrets.without(options.uri()) + " on " + devices.describe());
    try {
      Room room = new Room(model, cancelled);
      room.lock();
      try {
        return handle(model, options, devices, loader, room);
      } finally {
        pool.endLoad(model);
        model.loadLock.unlock();
      }
    } catch (RuntimeException | Error e) {
      pool.release(model);
      throw e;
    }
  }

  private Handle handle(
      PooledModel model, ModelOptions options, DeviceAssignment devices, Loader loader, Room room) {
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
    private final BooleanSupplier cancelled;
    private int released;

    Room(PooledModel wanted, BooleanSupplier cancelled) {
      this.wanted = wanted;
      this.cancelled = cancelled;
    }

    /** Takes the model's load lock, once no other task loads it. */
    void lock() {
      try {
        while (!wanted.loadLock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          requireWanted();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        requireWanted();
      }
    }

    @Override
    public void requireWanted() {
      pool.requireOpen();
      if (Thread.currentThread().isInterrupted() || cancelled.getAsBoolean()) {
        throw new CancellationException("the task was killed while it loaded " + wanted.name);
      }
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
            Secrets.without(e.toString()));
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
        Secrets.without(options.uri()),
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
