package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.Generator;
import io.pinion.guide.Guides;
import io.pinion.model.ModelException;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ModelRegistryTest {
  private static final DeviceAssignment CPU = DeviceAssignment.of(Device.cpu());

  private static ModelOptions options(String uri) {
    return new ModelOptions(uri, "", "f32", 0, 4, false, true, 0);
  }

  /** A model that is nothing but itself. */
  private static final class Nothing implements LoadedModel {
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
    public void close() {}
  }

  @Test
  void tasksThatComeTogetherShareOneLoadOnTheFirstOnesThread() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    Set<Thread> loaders = ConcurrentHashMap.newKeySet();
    ModelRegistry.Loader loader =
        (options, devices) -> {
          loads.incrementAndGet();
          loaders.add(Thread.currentThread());
          return new Nothing();
        };
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    try {
      List<Callable<ModelRegistry.Handle>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(() -> ModelRegistry.executor().model(options("shared"), CPU, loader));
      }
      int loaded = 0;
      LoadedModel model = null;
      for (Future<ModelRegistry.Handle> handle : tasks.invokeAll(calls)) {
        loaded += handle.get().loaded() ? 1 : 0;
        model = model == null ? handle.get().model() : model;
        assertThat(handle.get().model()).isSameAs(model);
      }
      assertThat(loads).hasValue(1);
      assertThat(loaded).isEqualTo(1);
      assertThat(loaders).doesNotContain(Thread.currentThread());
    } finally {
      tasks.shutdownNow();
    }
  }

  @Test
  void aLoadThatFailsIsToldAndTriedAgainByTheNextTask() {
    AtomicInteger tries = new AtomicInteger();
    ModelRegistry.Loader loader =
        (options, devices) -> {
          if (tries.getAndIncrement() == 0) {
            throw new ModelException("the disk is gone");
          }
          return new Nothing();
        };
    assertThatThrownBy(() -> ModelRegistry.executor().model(options("flaky"), CPU, loader))
        .isInstanceOf(ModelException.class)
        .hasMessage("the disk is gone");
    assertThat(ModelRegistry.executor().model(options("flaky"), CPU, loader).loaded()).isTrue();
    assertThat(ModelRegistry.executor().model(options("flaky"), CPU, loader).loaded()).isFalse();
  }

  @Test
  void otherDevicesAndOtherOptionsAreOtherModels() {
    ModelRegistry.Loader loader = (options, devices) -> new Nothing();
    LoadedModel one = ModelRegistry.executor().model(options("many"), CPU, loader).model();
    DeviceAssignment other = new DeviceAssignment(List.of("1"), List.of(Device.cpu()), "simulated");
    assertThat(ModelRegistry.executor().model(options("many"), other, loader).model())
        .isNotSameAs(one);
    ModelOptions shorter = new ModelOptions("many", "", "f32", 64, 4, false, true, 0);
    assertThat(ModelRegistry.executor().model(shorter, CPU, loader).model()).isNotSameAs(one);
  }
}
