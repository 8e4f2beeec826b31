package io.pinion.spark.registry;

import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelKey;
import io.pinion.engine.SharedModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A model of a {@link ModelPool} and its generators, with a count of the tasks that hold each. The
 * fields are guarded by the pool's lock, except {@link #loadLock}, which a task holds while it
 * loads the model or opens a generator.
 */
final class PooledModel {
  final ModelKey key;

  /** Describes the model in the log. */
  final String name;

  final Map<GeneratorSettings, Generator> generators = new HashMap<>();

  final ReentrantLock loadLock = new ReentrantLock();

  /** The weights; {@code null} until they are loaded. */
  SharedModel shared;

  /** Roughly how many bytes the load in progress needs; 0 if there is none. */
  long loading;

  int tasks;
  long lastUse;

  /** Whether its session has ended, so that it goes with the last task that holds it. */
  boolean retired;

  /** A generator over the model's weights. */
  static final class Generator {
    final GeneratorSettings settings;
    final LoadedModel loaded;
    int tasks;
    long lastUse;

    Generator(GeneratorSettings settings, LoadedModel loaded) {
      this.settings = settings;
      this.loaded = loaded;
    }
  }

  PooledModel(ModelKey key, String name) {
    this.key = key;
    this.name = name;
  }

  boolean idle() {
    return tasks == 0 && shared != null;
  }

  List<Generator> idleGenerators() {
    return generators.values().stream().filter(generator -> generator.tasks == 0).toList();
  }

  /** Closes a generator that no task uses. */
  void close(Generator generator) {
    generators.remove(generator.settings);
    generator.loaded.close();
  }

  /** Closes all generators and the weights, which may be loaded again. */
  void close() {
    SharedModel weights = shared;
    shared = null;
    try {
      List.copyOf(generators.values()).forEach(this::close);
    } finally {
      if (weights != null) {
        weights.close();
      }
    }
  }
}
