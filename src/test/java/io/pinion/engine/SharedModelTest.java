package io.pinion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameters;
import io.pinion.model.ModelException;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedModelTest {
  private static final DeviceAssignment CPU = DeviceAssignment.of(Device.cpu());
  private static final int ROWS = 24;

  @TempDir static Path folder;
  private static String model;

  @BeforeAll
  static void write() throws IOException {
    model = TinyModelDirectory.write(folder.resolve("model"), 6).toString();
  }

  /** Settings that differ in everything that does not affect the weights. */
  private static List<ModelOptions> settings() {
    return List.of(
        new ModelOptions(model, "", "f32", 0, 3, false, true, 1),
        new ModelOptions(model, "", "f32", 90, 8, false, false, 2),
        new ModelOptions(model, "", "f32", 0, 5, true, true, 1));
  }

  private static List<GenerationRequest> requests(LoadedModel loaded, long seed) {
    Random random = new Random(seed);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      SamplingParameters sampling =
          new SamplingParameters(
              random.nextInt(2),
              1,
              0,
              0,
              1,
              0,
              0,
              1 + random.nextInt(30),
              0,
              List.of(),
              List.of(),
              seed,
              1,
              0,
              false);
      int[] prompt = loaded.tokenizer().encode("a row " + random.nextInt(1 << 20), true);
      requests.add(new GenerationRequest("row " + row, prompt, sampling));
    }
    return requests;
  }

  private static List<int[]> tokens(LoadedModel loaded, long seed) {
    List<int[]> tokens = new ArrayList<>();
    try (GenerationSession session = loaded.generator().open("task " + seed)) {
      requests(loaded, seed).forEach(session::submit);
      session.endOfInput();
      while (session.pending() > 0) {
        GenerationResult result = session.next();
        assertThat(result.error()).isNull();
        tokens.add(result.completions().get(0).tokenIds());
      }
    }
    return tokens;
  }

  private static void assertEqual(List<int[]> found, List<int[]> expected) {
    assertThat(found.toArray(int[][]::new)).isDeepEqualTo(expected.toArray(int[][]::new));
  }

  private static List<int[]> alone(ModelOptions options, long seed) {
    try (LoadedModel loaded = ModelLoader.load(options, CPU)) {
      return tokens(loaded, seed);
    }
  }

  private static LoadedModel open(SharedModel shared, ModelOptions options) {
    return shared.open(shared.settings(options), MemoryRoom.NONE);
  }

  @Test
  void generatorsOfAnySettingsGiveWhatTheyGiveAlone() {
    List<LoadedModel> generators = new ArrayList<>();
    try (SharedModel shared = ModelLoader.share(settings().get(0), CPU, MemoryRoom.NONE)) {
      settings().forEach(options -> generators.add(open(shared, options)));
      for (int i = 0; i < generators.size(); i++) {
        assertEqual(tokens(generators.get(i), i), alone(settings().get(i), i));
        assertThat(generators.get(i).guides()).isSameAs(generators.get(0).guides());
        assertThat(generators.get(i).tokenizer()).isSameAs(generators.get(0).tokenizer());
      }
      generators.remove(0).close();
      assertEqual(tokens(generators.get(0), 7), alone(settings().get(1), 7));
      generators.forEach(LoadedModel::close);
    }
  }

  @Test
  void generatorsOfSeveralThreadsRunAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try (SharedModel shared = ModelLoader.share(settings().get(0), CPU, MemoryRoom.NONE)) {
      List<Callable<List<List<int[]>>>> runs = new ArrayList<>();
      for (int i = 0; i < settings().size(); i++) {
        ModelOptions options = settings().get(i);
        int first = 100 * i;
        runs.add(
            () -> {
              List<List<int[]>> tokens = new ArrayList<>();
              for (int round = 0; round < 4; round++) {
                try (LoadedModel loaded = open(shared, options)) {
                  tokens.add(tokens(loaded, first + round));
                }
              }
              return tokens;
            });
      }
      List<Future<List<List<int[]>>>> found = threads.invokeAll(runs);
      for (int i = 0; i < settings().size(); i++) {
        for (int round = 0; round < 4; round++) {
          assertEqual(found.get(i).get().get(round), alone(settings().get(i), 100 * i + round));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void roomIsAskedForWeightsThenForACache() {
    List<Long> asked = new ArrayList<>();
    try (SharedModel shared = ModelLoader.share(settings().get(0), CPU, asked::add)) {
      shared.open(shared.settings(settings().get(0)), asked::add).close();
      shared.open(shared.settings(settings().get(1)), asked::add).close();
      // Four layers of width 24 and 264 tokens, whose embedding is stored twice.
      int layer = 2 * 24 + 24 * (32 + 2 * 16) + 32 * 24 + 3 * 24 * 40;
      long weights = 4L * (2 * 264 * 24 + 4 * layer + 24);
      // Keys and values of two heads of 8 in four layers.
      long token = 4L * 2 * 2 * 8 * 4;
      assertThat(asked).containsExactly(weights, 3 * 128 * token, 8 * 90 * token);
      assertThat(shared.bytes()).isEqualTo(weights);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, -1, model.threads is -1; it must be 1 or more",
    "0, -4, 1, batch.slots is -4; it must be 1 or more",
    "-7, 4, 1, max-model-length is -7; it must be 1 or more",
    "129, 4, 1, max-model-length 129 is more than the 128 positions that the model was made for"
  })
  void settingsThatCannotBeAreRefusedBeforeTheWeightsAreLoaded(
      int maxLength, int slots, int threads, String message) {
    ModelOptions options =
        new ModelOptions(model, "", "f32", maxLength, slots, false, true, threads);
    MemoryRoom none =
        bytes -> {
          throw new AssertionError("weights are about to be loaded");
        };
    assertThatThrownBy(() -> ModelLoader.share(options, CPU, none))
        .isInstanceOf(ModelException.class)
        .hasMessage(message);
  }
}
