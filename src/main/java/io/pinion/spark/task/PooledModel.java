package io.pinion.spark.task;

import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelKey;
import io.pinion.engine.SharedModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model of a {@link ModelPool} with its generators, and how many tasks hold each. Guarded by the
 * pool, apart from its own lock, which a task holds while it loads the model or opens a generator.
 */
final class PooledModel {
  final ModelKey key;

  /** The model in words, for the log. */
  final String name;

  final Map<GeneratorSettings, Generator> generators = new HashMap<>();

  /** {@code null} until it is loaded. */
  SharedModel shared;

  /** About how many bytes are being taken for it by the load under way. */
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

  /** Closes all generators and the model, which no task uses; it may be loaded again. */
  void close() {
    List.copyOf(generators.values()).forEach(this::close);
    if (shared != null) {
      shared.close();
      shared = null;
    }
  }
}
