package io.pinion.spark.registry;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.GeneratorSettings;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.MemoryRoom;
import io.pinion.engine.ModelOptions;
import io.pinion.engine.SharedModel;
import io.pinion.generate.Generator;
import io.pinion.guide.Guides;
import io.pinion.model.ModelConfig;
import io.pinion.model.runtime.TinyModel;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A loader of models that are nothing but bytes of a made-up memory, each as many as the loader
 * says, and their generators one each. Thread-safe.
 */
final class FakeModels {
  private static final ModelConfig CONFIG = TinyModel.smallest(1);

  /** By the order of loads, so that a test finds again what it loaded. */
  final List<Shared> loaded = new CopyOnWriteArrayList<>();

  /** What is taken now. */
  private long taken;

  private final long capacity;
  private final long bytes;

  FakeModels(long capacity, long bytes) {
    this.capacity = capacity;
    this.bytes = bytes;
  }

  synchronized long free() {
    return capacity - taken;
  }

  private synchronized void take(long more) {
    if (taken + more > capacity) {
      throw new IllegalStateException("CUDA out of memory. Tried to allocate " + more);
    }
    taken += more;
  }

  SharedModel load(ModelOptions options, DeviceAssignment devices, MemoryRoom room) {
    GeneratorSettings.of(options, CONFIG, Device.cpu());
    room.make(bytes);
    take(bytes);
    Shared shared = new Shared(options);
    loaded.add(shared);
    return shared;
  }

  /** How many loads there were, and how many of their models are closed. */
  int loads() {
    return loaded.size();
  }

  final class Shared implements SharedModel {
    final ModelOptions options;
    final List<Opened> opened = new ArrayList<>();
    boolean closed;

    Shared(ModelOptions options) {
      this.options = options;
    }

    @Override
    public GeneratorSettings settings(ModelOptions wanted) {
      return GeneratorSettings.of(wanted, CONFIG, Device.cpu());
    }

    @Override
    public LoadedModel open(GeneratorSettings settings, MemoryRoom room) {
      if (settings.limits().slots() == 13) {
        throw new IllegalArgumentException("no generator has 13 slots");
      }
      room.make(1);
      take(1);
      Opened generator = new Opened();
      opened.add(generator);
      return generator;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public void close() {
      if (closed || opened.stream().anyMatch(generator -> !generator.closed)) {
        throw new IllegalStateException("closed twice, or before its generators");
      }
      closed = true;
      take(-bytes);
    }
  }

  final class Opened implements LoadedModel {
    boolean closed;

    @Override
    public Generator generator() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Tokenizer tokenizer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<ChatTemplate> chatTemplate() {
      return Optional.empty();
    }

    @Override
    public Guides guides() {
      throw new UnsupportedOperationException();
    }

    @Override
    public String dtype() {
      return "f32";
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed twice");
      }
      closed = true;
      take(-1);
    }
  }
}
