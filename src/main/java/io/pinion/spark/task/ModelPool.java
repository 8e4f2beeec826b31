package io.pinion.spark.task;

import io.pinion.device.DeviceMemory;
import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelKey;
import io.pinion.engine.SharedModel;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models in memory and how many tasks hold each. What no task holds is kept for the next one,
 * until room is needed: then generators go whose weights are in use, those over the wanted weights
 * first, then whole models, each time the one that was let go longest ago. What a task holds stays.
 *
 * <p>Thread-safe. It owns the models and closes them. Its lock may be taken by who holds a {@link
 * PooledModel}'s, never the other way round.
 */
final class ModelPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelPool.class);

  private final DeviceMemory memory;
  private final Map<ModelKey, PooledModel> models = new HashMap<>();
  private long clock;

  ModelPool(DeviceMemory memory) {
    this.memory = memory;
  }

  /**
   * What was let go.
   *
   * @param models how many models with their weights
   * @param generators how many generators over weights that stayed
   */
  record Released(int models, int generators) {}

  /** Holds a model for a task, which has to be loaded yet where it is new. */
  synchronized PooledModel hold(ModelKey key, String name) {
    PooledModel model = models.computeIfAbsent(key, absent -> new PooledModel(absent, name));
    model.tasks++;
    return model;
  }

  /** Puts in the weights of a model that the caller holds and whose lock it has. */
  synchronized void put(PooledModel model, SharedModel shared) {
    model.shared = shared;
  }

  /** Closes the weights of a model that the caller holds and whose generator it could not open. */
  synchronized void discard(PooledModel model) {
    model.close();
  }

  /** Holds a generator of a model that the caller holds; empty where there is none. */
  synchronized Optional<PooledModel.Generator> hold(PooledModel model, GeneratorSettings settings) {
    Optional<PooledModel.Generator> generator = Optional.ofNullable(model.generators.get(settings));
    generator.ifPresent(there -> there.tasks++);
    return generator;
  }

  /** Puts in a new generator of a model that the caller holds, and holds it. */
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

  /** Ends a task's hold on a model of which it has no generator. */
  synchronized void release(PooledModel model) {
    model.tasks--;
    model.lastUse = ++clock;
    if (model.tasks == 0 && model.shared == null) {
      models.remove(model.key);
    }
  }

  /** Gives back the room that was kept for a load, which has taken it or failed. */
  synchronized void endLoad(PooledModel wanted) {
    wanted.loading = 0;
  }

  /** Lets go all that no task holds on the devices of a model; see {@link #makeRoom}. */
  synchronized Released releaseUnused(PooledModel wanted) {
    return release(wanted, Long.MAX_VALUE);
  }

  /**
   * Lets go what no task holds on the devices of a model until so many bytes are free there, beside
   * what other loads are taking, or nothing is left to let go. The bytes are kept for the model
   * until {@link #endLoad}.
   *
   * @param wanted what the room is for; held by the caller, with its lock
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
      // An allocator may keep what it has for the next load, and the system does not see it then.
      free = Math.max(free + freed, free(wanted));
    }
    return new Released(released, generators);
  }

  private long free(PooledModel wanted) {
    long loading = beside(wanted).mapToLong(model -> model.loading).sum();
    return memory.free(wanted.key.devices()) - loading;
  }

  /** Whether there was an unused generator whose weights have to stay. */
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
              "Let go a generator of {} with {} slots, which no task uses, to make room for {}",
              model.name,
              oldest.settings.batch().slots(),
              wanted.name);
        });
    return owner.isPresent();
  }

  private static long oldestGenerator(PooledModel model) {
    return model.idleGenerators().stream().mapToLong(idle -> idle.lastUse).min().orElse(0);
  }

  /** The bytes of the weights that were let go; -1 where no model is unused. */
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
        "Let go {}, which no task uses, to make room for {}: {} MiB",
        model.name,
        wanted.name,
        bytes >> 20);
    return bytes;
  }

  /** The other models that take memory of the same devices. */
  private Stream<PooledModel> beside(PooledModel wanted) {
    return List.copyOf(models.values()).stream()
        .filter(model -> model != wanted)
        .filter(model -> !Collections.disjoint(model.key.devices(), wanted.key.devices()));
  }

  /** Closes everything, also what tasks hold. */
  @Override
  public synchronized void close() {
    models.values().forEach(PooledModel::close);
    models.clear();
  }
}
