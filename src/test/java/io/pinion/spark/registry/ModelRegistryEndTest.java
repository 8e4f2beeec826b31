package io.pinion.spark.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.ModelOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that are killed while they load, sessions that end, and executors that shut down. */
class ModelRegistryEndTest {
  private static final DeviceAssignment CPU = DeviceAssignment.of(Device.cpu());

  @TempDir Path folder;
  private final FakeModels models = new FakeModels(Long.MAX_VALUE / 2, 100);
  private final ModelRegistry registry = new ModelRegistry(devices -> models.free());

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("a.gguf", "b.gguf")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  private ModelOptions options(String name) {
    return new ModelOptions(folder.resolve(name).toString(), "", "f32", 0, 4, false, true, 1);
  }

  private ModelRegistry.Handle acquire(ModelOptions options) {
    return registry.acquire(options, CPU, models::load);
  }

  @Test
  void aSessionThatEndsFreesItsModelsTheLastTaskThoseItHolds() {
    acquire(options("a.gguf")).close();
    ModelRegistry.Handle held = acquire(options("b.gguf"));
    registry.endSession();
    assertThat(models.loaded).extracting(model -> model.closed).containsExactly(true, false);
    // The next session loads its own, whatever a dead task of the last one holds.
    ModelRegistry.Handle next = acquire(options("b.gguf"));
    assertThat(next.loaded()).isTrue();
    held.close();
    assertThat(models.loaded).extracting(model -> model.closed).containsExactly(true, true, false);
    next.close();
    assertThat(acquire(options("b.gguf")).loaded()).isFalse();
    registry.endSession();
  }

  /** Starts a load that goes on until its task is killed. */
  private Future<ModelRegistry.Handle> endlessLoad(ExecutorService tasks, BooleanSupplier cancelled)
      throws InterruptedException {
    CountDownLatch loading = new CountDownLatch(1);
    ModelRegistry.Loader loader =
        (options, devices, room) -> {
          loading.countDown();
          while (true) {
            room.requireWanted();
            Thread.onSpinWait();
          }
        };
    Future<ModelRegistry.Handle> load =
        tasks.submit(() -> registry.acquire(options("a.gguf"), CPU, loader, cancelled));
    loading.await();
    return load;
  }

  @Test
  void aLoadAndAWaitForAnothersLoadEndWithTheirTask() throws Exception {
    AtomicBoolean loaderDead = new AtomicBoolean();
    AtomicBoolean waiterDead = new AtomicBoolean();
    ExecutorService tasks = Executors.newCachedThreadPool();
    try {
      Future<ModelRegistry.Handle> load = endlessLoad(tasks, loaderDead::get);
      Future<ModelRegistry.Handle> killed =
          tasks.submit(
              () -> registry.acquire(options("a.gguf"), CPU, models::load, waiterDead::get));
      Future<ModelRegistry.Handle> patient =
          tasks.submit(() -> registry.acquire(options("a.gguf"), CPU, models::load));
      waiterDead.set(true);
      assertThatThrownBy(killed::get).hasCauseInstanceOf(CancellationException.class);
      loaderDead.set(true);
      assertThatThrownBy(load::get).hasMessageContaining("killed while it loaded");
      assertThat(patient.get().loaded()).isTrue();
    } finally {
      tasks.shutdownNow();
    }
  }

  @Test
  void anInterruptEndsALoadAndAWaitToo() throws Exception {
    ExecutorService tasks = Executors.newCachedThreadPool();
    Future<ModelRegistry.Handle> load = endlessLoad(tasks, () -> false);
    Future<ModelRegistry.Handle> wait =
        tasks.submit(() -> registry.acquire(options("a.gguf"), CPU, models::load));
    tasks.shutdownNow();
    assertThatThrownBy(load::get).hasCauseInstanceOf(CancellationException.class);
    assertThatThrownBy(wait::get).hasCauseInstanceOf(CancellationException.class);
    assertThat(registry.size()).isZero();
  }
}
