package io.pinion.spark.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.pinion.device.DeviceAssigner;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelOptions;
import io.pinion.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  private static final DeviceAssignment CPU = DeviceAssignment.of(Device.cpu());
  private static final long WEIGHTS = 100;

  @TempDir Path folder;
  private final FakeModels models = new FakeModels(Long.MAX_VALUE / 2, WEIGHTS);
  private final ModelRegistry registry = registry(models);

  @BeforeEach
  void write() throws IOException {
    for (String name : List.of("a.gguf", "b.gguf", "c.gguf")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  private static ModelRegistry registry(FakeModels models) {
    return new ModelRegistry(devices -> models.free());
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private ModelOptions options(String name) {
    return options(path(name), 4);
  }

  private static ModelOptions options(String uri, int slots) {
    return new ModelOptions(uri, "", "f32", 0, slots, false, true, 1);
  }

  private ModelRegistry.Handle acquire(ModelOptions options) {
    return registry.acquire(options, CPU, models::load);
  }

  @Test
  void tasksThatComeTogetherShareOneLoadOnTheFirstOnesThread() throws Exception {
    Set<Thread> loaders = ConcurrentHashMap.newKeySet();
    ModelRegistry.Loader loader =
        (options, devices, room) -> {
          loaders.add(Thread.currentThread());
          return models.load(options, devices, room);
        };
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    try {
      List<Callable<ModelRegistry.Handle>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(() -> registry.acquire(options("a.gguf"), CPU, loader));
      }
      int loaded = 0;
      LoadedModel model = null;
      for (Future<ModelRegistry.Handle> handle : tasks.invokeAll(calls)) {
        loaded += handle.get().loaded() ? 1 : 0;
        model = model == null ? handle.get().model() : model;
        assertThat(handle.get().model()).isSameAs(model);
      }
      assertThat(models.loads()).isEqualTo(1);
      assertThat(loaded).isEqualTo(1);
      assertThat(loaders).hasSize(1).doesNotContain(Thread.currentThread());
    } finally {
      tasks.shutdownNow();
    }
  }

  @Test
  void aLoadThatFailsIsToldAndTriedAgainByTheNextTask() {
    AtomicInteger tries = new AtomicInteger();
    ModelRegistry.Loader loader =
        (options, devices, room) -> {
          if (tries.getAndIncrement() == 0) {
            throw new ModelException("the disk is gone");
          }
          return models.load(options, devices, room);
        };
    assertThatThrownBy(() -> registry.acquire(options("a.gguf"), CPU, loader))
        .isInstanceOf(ModelException.class)
        .hasMessage("the disk is gone");
    assertThat(registry.acquire(options("a.gguf"), CPU, loader).loaded()).isTrue();
    assertThat(registry.acquire(options("a.gguf"), CPU, loader).loaded()).isFalse();
  }

  @Test
  void weightsWithoutAGeneratorAreFreedWhereThisTaskLoadedThemAlone() {
    ModelOptions refused = options(path("a.gguf"), 13);
    assertThatThrownBy(() -> acquire(refused)).hasMessage("no generator has 13 slots");
    assertThat(models.loaded.get(0).closed).isTrue();
    acquire(options("a.gguf")).close();
    assertThatThrownBy(() -> acquire(refused)).hasMessage("no generator has 13 slots");
    assertThat(models.loaded).hasSize(2);
    assertThat(models.loaded.get(1).closed).isFalse();
  }

  @Test
  void weightsAreLoadedOnceHoweverOptionsSpellThem() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a.gguf"));
    acquire(options("a.gguf"));
    acquire(options(folder.resolve("a.gguf").toUri().toString(), 4));
    acquire(options("file:" + path("a.gguf"), 4));
    acquire(options(link.toString(), 4));
    acquire(options(folder + "/../" + folder.getFileName() + "/a.gguf", 4));
    assertThat(models.loads()).isEqualTo(1);
    assertThat(models.loaded.get(0).opened).hasSize(1);
    for (String policy : List.of("cpu", "auto")) {
      DeviceAssignment devices =
          new DeviceAssigner(policy, false, null, List::of).assign(List.of());
      registry.acquire(options("a.gguf"), devices, models::load);
    }
    assertThat(models.loads()).isEqualTo(1);
    assertThat(models.loaded.get(0).opened).hasSize(1);
  }

  @Test
  void settingsOfABatchHaveGeneratorsOverTheSameWeights() {
    String a = path("a.gguf");
    List<ModelOptions> settings =
        List.of(
            new ModelOptions(a, "", "f32", 0, 4, false, true, 1),
            new ModelOptions(a, "", "f32", 0, 8, false, true, 1),
            new ModelOptions(a, "", "F32", 64, 4, false, true, 1),
            new ModelOptions(a, "", "f32", 0, 4, true, true, 1),
            new ModelOptions(a, "", "f32", 0, 4, false, false, 1),
            new ModelOptions(a, "main", "f32", 0, 4, false, true, 2));
    Set<LoadedModel> generators = ConcurrentHashMap.newKeySet();
    settings.forEach(options -> generators.add(acquire(options).model()));
    settings.forEach(options -> generators.add(acquire(options).model()));
    assertThat(models.loads()).isEqualTo(1);
    assertThat(generators).hasSize(settings.size());
    // 256 positions are what the model has.
    assertThat(generators)
        .contains(acquire(new ModelOptions(a, "", "f32", 256, 4, false, true, 1)).model());
  }

  @Test
  void otherFilesTypesAndDevicesAreOtherWeights() {
    acquire(options("a.gguf"));
    acquire(options("b.gguf"));
    assertThat(models.loads()).isEqualTo(2);
    acquire(new ModelOptions(path("a.gguf"), "", "bf16", 0, 4, false, true, 1));
    assertThat(models.loads()).isEqualTo(3);
    DeviceAssignment both =
        new DeviceAssignment(List.of(), List.of(Device.cpu(), Device.cpu()), "two stages");
    registry.acquire(options("a.gguf"), both, models::load);
    assertThat(models.loads()).isEqualTo(4);
    // A made-up device is one of its own, as a real one would be.
    for (String address : List.of("0", "1")) {
      registry.acquire(
          options("a.gguf"),
          new DeviceAssigner("gpu", true, null, List::of).assign(List.of(address)),
          models::load);
    }
    assertThat(models.loads()).isEqualTo(6);
  }

  @Test
  void autoIsTheTypeThatItComesTo() {
    ModelOptions auto = new ModelOptions(path("a.gguf"), "", "auto", 0, 4, false, true, 1);
    acquire(auto);
    acquire(new ModelOptions(path("a.gguf"), "", "f32", 0, 4, false, true, 1));
    acquire(new ModelOptions(path("a.gguf"), "", "bf16", 0, 4, false, true, 1));
    assertThat(models.loads()).isEqualTo(2);
  }

  @Test
  void aFileThatWasReplacedIsAnotherModel() throws IOException {
    acquire(options("a.gguf")).close();
    acquire(options("a.gguf")).close();
    assertThat(models.loads()).isEqualTo(1);
    Path replacement = Files.writeString(folder.resolve("new"), "a.gguf");
    Files.setLastModifiedTime(replacement, Files.getLastModifiedTime(folder.resolve("a.gguf")));
    Files.move(
        replacement, folder.resolve("a.gguf"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    acquire(options("a.gguf")).close();
    assertThat(models.loads()).isEqualTo(2);
    Files.writeString(folder.resolve("a.gguf"), "longer than before");
    acquire(options("a.gguf")).close();
    assertThat(models.loads()).isEqualTo(3);
  }

  /** A registry whose memory holds two models with their generators, and not three. */
  private static final class Small {
    final FakeModels models = new FakeModels(2 * WEIGHTS + 10, WEIGHTS);
    final ModelRegistry registry = registry(models);

    ModelRegistry.Handle acquire(ModelOptions options) {
      return registry.acquire(options, CPU, models::load);
    }
  }

  @Test
  void theModelThatWasUsedLongestAgoMakesRoom() {
    Small small = new Small();
    small.acquire(options("a.gguf")).close();
    small.acquire(options("b.gguf")).close();
    small.acquire(options("a.gguf")).close();
    ModelRegistry.Handle third = small.acquire(options("c.gguf"));
    assertThat(third.released()).isEqualTo(1);
    assertThat(small.models.loaded.get(1).closed).isTrue();
    assertThat(small.acquire(options("a.gguf")).loaded()).isFalse();
    assertThat(small.acquire(options("a.gguf")).released()).isZero();
  }

  @Test
  void aModelInUseIsNeverLetGo() {
    Small small = new Small();
    ModelRegistry.Handle first = small.acquire(options("a.gguf"));
    ModelRegistry.Handle second = small.acquire(options("b.gguf"));
    assertThatThrownBy(() -> small.acquire(options("c.gguf")))
        .hasMessageContaining("out of memory");
    assertThat(small.models.loaded).extracting(model -> model.closed).containsExactly(false, false);
    second.close();
    ModelRegistry.Handle third = small.acquire(options("c.gguf"));
    assertThat(third.released()).isEqualTo(1);
    assertThat(small.models.loaded)
        .extracting(model -> model.closed)
        .containsExactly(false, true, false);
    assertThat(small.acquire(options("a.gguf")).model()).isSameAs(first.model());
  }

  @Test
  void aModelStaysAsLongAsOneOfItsTasksRuns() {
    Small small = new Small();
    ModelRegistry.Handle one = small.acquire(options("a.gguf"));
    ModelRegistry.Handle other = small.acquire(options("a.gguf"));
    one.close();
    small.acquire(options("b.gguf")).close();
    assertThat(small.acquire(options("c.gguf")).released()).isEqualTo(1);
    assertThat(small.models.loaded.get(0).closed).isFalse();
    other.close();
  }

  @Test
  void unusedGeneratorsGoBeforeModels() {
    // Room for two models and two generators.
    FakeModels models = new FakeModels(2 * WEIGHTS + 2, WEIGHTS);
    ModelRegistry registry = registry(models);
    ModelRegistry.Handle held = registry.acquire(options("a.gguf"), CPU, models::load);
    registry.acquire(options("b.gguf"), CPU, models::load).close();
    // Another generator of b needs the room of the first.
    ModelRegistry.Handle other = registry.acquire(options(path("b.gguf"), 9), CPU, models::load);
    assertThat(other.released()).isZero();
    assertThat(models.loaded.get(1).opened).extracting(o -> o.closed).containsExactly(true, false);
    other.close();
    // And one of a needs a model: none of its own generators is unused.
    ModelRegistry.Handle third = registry.acquire(options(path("a.gguf"), 9), CPU, models::load);
    assertThat(third.released()).isEqualTo(1);
    assertThat(models.loaded).extracting(model -> model.closed).containsExactly(false, true);
    held.close();
  }

  @Test
  void memoryThatRanOutAllTheSameIsTriedOnceMoreWithoutWhatIsUnused() {
    FakeModels models = new FakeModels(2 * WEIGHTS + 10, WEIGHTS);
    // The device tells nothing.
    ModelRegistry registry = new ModelRegistry(devices -> Long.MAX_VALUE - 1);
    ModelRegistry.Handle held = registry.acquire(options("a.gguf"), CPU, models::load);
    registry.acquire(options("b.gguf"), CPU, models::load).close();
    ModelRegistry.Handle third = registry.acquire(options("c.gguf"), CPU, models::load);
    assertThat(third.loaded()).isTrue();
    assertThat(third.released()).isEqualTo(1);
    assertThatThrownBy(() -> registry.acquire(options("b.gguf"), CPU, models::load))
        .hasMessageContaining("out of memory");
    held.close();
  }

  @Test
  void anyOrderOfTasksLoadsAndLetsGoInTime() throws Exception {
    Small small = new Small();
    ExecutorService tasks = Executors.newFixedThreadPool(2);
    try {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int seed = 0; seed < 2; seed++) {
        Random random = new Random(seed);
        calls.add(
            () -> {
              for (int i = 0; i < 500; i++) {
                String name = List.of("a.gguf", "b.gguf", "c.gguf").get(random.nextInt(3));
                try (ModelRegistry.Handle handle =
                    small.acquire(options(path(name), 4 + random.nextInt(2)))) {
                  assertThat(((FakeModels.Opened) handle.model()).closed).isFalse();
                  Thread.yield();
                  assertThat(((FakeModels.Opened) handle.model()).closed).isFalse();
                }
              }
              return null;
            });
      }
      for (Future<Void> call : tasks.invokeAll(calls)) {
        call.get();
      }
    } finally {
      tasks.shutdownNow();
    }
    long open = small.models.loaded.stream().filter(model -> !model.closed).count();
    assertThat(open).isBetween(1L, 2L);
  }
}
