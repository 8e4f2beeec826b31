package io.pinion.spark.task;

import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelKey;
import io.pinion.engine.SharedModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of a {@link ModelPool} and its generators, with a count of the tasks that hold each. The
 * fields are guarded by the pool's lock. A task locks the model itself while it loads it or opens a
 * generator.
 */
final class PooledModel {
  final ModelKey key;

  /** Describes the model in the log. */
  final String name;

  final Map<GeneratorSettings, Generator> generators = new HashMap<>();

  /** The weights; {@code null} until they are loaded. */
  SharedModel shared;

  /** Roughly how many bytes the load in progress needs; 0 if there is none. */
  long loading;

  int tasks;
  long lastUse;

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
    List.copyOf(generators.values()).forEach(this::close);
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }
}
