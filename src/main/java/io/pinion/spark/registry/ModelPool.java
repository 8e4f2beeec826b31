package io.pinion.spark.registry;

import io.pinion.device.DeviceMemory;
import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelKey;
import io.pinion.engine.SharedModel;
import io.pinion.generate.Generator;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models in memory, with a count of the tasks that hold each. A model that no task holds is
 * kept for later tasks until memory is needed. Then unused generators whose weights must stay are
 * closed first, beginning with those of the model being loaded; then complete models. Within each
 * group the least recently used goes first. What a task holds is never closed to make room. When a
 * session ends, all of its models are closed.
 *
 * <p>Thread-safe. Owns the models and closes them. Lock order: a thread that holds the load lock of
 * a {@link PooledModel} may take the pool's, never the other way round.
 */
final class ModelPool {
  private static final Logger LOG = LoggerFactory.getLogger(ModelPool.class);

  private final DeviceMemory memory;
  private final Map<ModelKey, PooledModel> models = new HashMap<>();
  private long clock;
  private volatile boolean closed;

  ModelPool(DeviceMemory memory) {
    this.memory = memory;
  }

  /**
   * What was closed to make room.
   *
   * @param models how many models, with their weights
   * @param generators how many generators whose weights stayed
   */
  record Released(int models, int generators) {}

  /**
   * Holds a model for a task. A new one still has to be loaded.
   *
   * @throws CancellationException if the executor is shutting down
   */
  synchronized PooledModel hold(ModelKey key, String name) {
    requireOpen();
    PooledModel model = models.computeIfAbsent(key, absent -> new PooledModel(absent, name));
    model.tasks++;
    return model;
  }

  /**
   * Checks that models may still be loaded.
   *
   * @throws CancellationException if the executor is shutting down
   */
  void requireOpen() {
    if (closed) {
      throw new CancellationException("the executor is shutting down");
    }
  }

  /** Sets the weights of a model that the caller holds and has locked. */
  synchronized void put(PooledModel model, SharedModel shared) {
    model.shared = shared;
  }

  /** Closes the weights of a model that the caller holds, after its generator failed to open. */
  synchronized void discard(PooledModel model) {
    model.close();
  }

  /** Holds a generator of a model that the caller holds; empty if there is none. */
  synchronized Optional<PooledModel.Generator> hold(PooledModel model, GeneratorSettings settings) {
    Optional<PooledModel.Generator> generator = Optional.ofNullable(model.generators.get(settings));
    generator.ifPresent(there -> there.tasks++);
    return generator;
  }

  /** Adds a new generator to a model that the caller holds, and holds it. */
  synchronized PooledModel.Generator put(
      PooledModel model, GeneratorSettings settings, LoadedModel loaded) {
    PooledModel.Generator generator = new PooledModel.Generator(settings, loaded);
    generator.tasks = 1;
    model.generators.put(settings, generator);
    return generator;
  }

  /** Ends a task's hold on a model and its generator. */
  synchronized void release(PooledModel model, PooledModel.Generator generator) {
    generator.tasks--;
    generator.lastUse = ++clock;
    release(model);
  }

  /** Ends a task's hold on a model for which it has no generator. */
  synchronized void release(PooledModel model) {
    model.tasks--;
    model.lastUse = ++clock;
    if (model.tasks == 0 && (model.shared == null || model.retired)) {
      models.remove(model.key, model);
      model.close();
    }
  }

  /** Closes every model that no task holds, and each of the others with its last task. */
  synchronized void retire() {
    List<PooledModel> all = List.copyOf(models.values());
    models.clear();
    for (PooledModel model : all) {
      model.retired = true;
      if (model.tasks == 0) {
        LOG.debug("Unloaded {}, whose session has ended", model.name);
        model.close();
      }
    }
  }

  /** Ends the reservation for a load, which has allocated its memory or failed. */
  synchronized void endLoad(PooledModel wanted) {
    wanted.loading = 0;
  }

  /** Closes everything that no task holds on the devices of a model; see {@link #makeRoom}. */
  synchronized Released releaseUnused(PooledModel wanted) {
    return release(wanted, Long.MAX_VALUE);
  }

  /**
   * Closes what no task holds on the devices of a model until that many bytes are free there, not
   * counting what other loads have reserved, or until nothing unused is left. The bytes stay
   * reserved for the model until {@link #endLoad}.
   *
   * @param wanted the model that needs the memory; the caller holds it and its lock
   */
  synchronized Released makeRoom(PooledModel wanted, long bytes) {
    wanted.loading = bytes;
    return release(wanted, bytes);
  }

  private Released release(PooledModel wanted, long bytes) {
    int released = 0;
    int generators = 0;
    long free = free(wanted);
    while (free < bytes) {
      long freed = 0;
      if (closeGenerator(wanted)) {
        generators++;
      } else {
        freed = closeModel(wanted);
        if (freed < 0) {
          break;
        }
        released++;
      }
      // An allocator may keep freed memory for the next load; the system does not report it as
      // free.
      free = Math.max(free + freed, free(wanted));
    }
    return new Released(released, generators);
  }

  private long free(PooledModel wanted) {
    long loading = beside(wanted).mapToLong(model -> model.loading).sum();
    return memory.free(wanted.key.devices()) - loading;
  }

  /** Closes an unused generator whose weights have to stay; false if there is none. */
  private boolean closeGenerator(PooledModel wanted) {
    Optional<PooledModel> owner =
        Stream.concat(
                Stream.of(wanted),
                beside(wanted)
                    .filter(model -> !model.idle())
                    .sorted(Comparator.comparingLong(ModelPool::oldestGenerator)))
            .filter(model -> !model.idleGenerators().isEmpty())
            .findFirst();
    owner.ifPresent(
        model -> {
          PooledModel.Generator oldest =
              Collections.min(
                  model.idleGenerators(), Comparator.comparingLong(idle -> idle.lastUse));
          model.close(oldest);
          LOG.info(
              "Closed an unused generator of {} with {} slots to make room for {}",
              model.name,
              oldest.settings.batch().slots(),
              wanted.name);
        });
    return owner.isPresent();
  }

  private static long oldestGenerator(PooledModel model) {
    return model.idleGenerators().stream().mapToLong(idle -> idle.lastUse).min().orElse(0);
  }

  /**
   * Closes the least recently used idle model. Returns the bytes of its weights; -1 if none is
   * idle.
   */
  private long closeModel(PooledModel wanted) {
    Optional<PooledModel> oldest =
        beside(wanted)
            .filter(PooledModel::idle)
            .min(Comparator.comparingLong(model -> model.lastUse));
    if (oldest.isEmpty()) {
      return -1;
    }
    PooledModel model = oldest.get();
    long bytes = model.shared.bytes();
    models.remove(model.key);
    model.close();
    LOG.info(
        "Unloaded {}, which no task uses, to make room for {}: {} MiB",
        model.name,
        wanted.name,
        bytes >> 20);
    return bytes;
  }

  /** The other models that use memory of the same devices. */
  private Stream<PooledModel> beside(PooledModel wanted) {
    return List.copyOf(models.values()).stream()
        .filter(model -> model != wanted)
        .filter(model -> !Collections.disjoint(model.key.devices(), wanted.key.devices()));
  }

  /** What is in memory now. */
  synchronized ModelRegistry.Occupancy occupancy() {
    List<Generator> generators =
        models.values().stream()
            .flatMap(model -> model.generators.values().stream())
            .map(generator -> generator.loaded.generator())
            .toList();
    return new ModelRegistry.Occupancy(
        (int) models.values().stream().filter(model -> model.shared != null).count(),
        generators.stream().mapToInt(Generator::slots).sum(),
        generators.stream().mapToInt(Generator::slotsInUse).sum());
  }

  /** How many models are in memory or being loaded. */
  synchronized int size() {
    return models.size();
  }

  /**
   * Lets no task begin anything new and ends the steps in progress, for a JVM that is about to end.
   * Weights and tokenizers stay, since tasks that have yet to notice may be using them; the system
   * takes them back.
   */
  void shutDown() {
    closed = true;
    List<PooledModel.Generator> open;
    synchronized (this) {
      open = models.values().stream().flatMap(m -> m.generators.values().stream()).toList();
    }
    open.forEach(generator -> generator.loaded.close());
  }
}
