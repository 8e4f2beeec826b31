package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.pinion.model.LanguageModel;
import io.pinion.model.LanguageModel.Step;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import io.pinion.model.decoder.StepSliceTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tiny models written to GGUF files, run by libtorch and compared with the reference decoder. */
class GgufModelTest {
  private static final double CLOSE = 5e-4;
  private static final int VOCABULARY = 64;
  private static final Map<String, TinyModel.Stored> MODELS = models();
  private static final Map<String, LanguageModel> LOADED = new HashMap<>();

  @TempDir Path directory;

  private static TinyModel llama() {
    return new TinyModel("llama");
  }

  private static TinyModel qwen2() {
    return new TinyModel("qwen2").bias();
  }

  private static RopeScaling yarn() {
    return new RopeScaling.Yarn(4, 32, 1, 64, 1 + 0.1 * Math.log(4), true);
  }

  private static RopeScaling factors() {
    return new RopeScaling.Factors(List.of(1.0, 1.0, 1.25, 2.0, 3.5, 8.0, 8.0, 8.0));
  }

  private static Map<String, TinyModel.Stored> models() {
    Map<String, TinyModel.Stored> models = new LinkedHashMap<>();
    models.put("llama tied", llama().tied().stored(TensorType.F32));
    models.put("llama untied with biases", llama().bias().stored(TensorType.F16));
    models.put("llama linear", llama().scaling(new RopeScaling.Linear(4)).stored(TensorType.BF16));
    models.put("llama yarn", llama().scaling(yarn()).stored(TensorType.Q8_0));
    models.put("llama factors", llama().tied().scaling(factors()).stored(TensorType.Q4_0));
    models.put("llama in Q4_1", llama().stored(TensorType.Q4_1));
    models.put("llama in Q5_0", llama().stored(TensorType.Q5_0));
    models.put("llama in Q5_1 with biases", llama().bias().stored(TensorType.Q5_1));
    models.put("llama in Q4_K", llama().hidden(256).stored(TensorType.Q4_K));
    models.put("llama in Q5_K", llama().hidden(256).tied().stored(TensorType.Q5_K));
    models.put("llama in Q6_K", llama().hidden(256).stored(TensorType.Q6_K));
    TinyModel mistral = new TinyModel("mistral").window(5);
    models.put("mistral with a window", mistral.stored(TensorType.Q8_0));
    models.put("mistral", new TinyModel("mistral").tied().stored(TensorType.F16));
    models.put("qwen2", qwen2().tied().stored(TensorType.Q5_1));
    models.put("qwen2 yarn", qwen2().scaling(yarn()).stored(TensorType.Q4_1));
    models.put("qwen2 in Q4_K", qwen2().hidden(256).stored(TensorType.Q4_K));
    models.put(
        "qwen3 with wide heads", new TinyModel("qwen3").headDim(32).tied().stored(TensorType.BF16));
    models.put("qwen3 in Q6_K", new TinyModel("qwen3").hidden(256).stored(TensorType.Q6_K));
    return models;
  }

  static Stream<String> names() {
    return MODELS.keySet().stream();
  }

  static Stream<Arguments> namesAndStages() {
    return names().flatMap(name -> Stream.of(arguments(name, 1), arguments(name, 2)));
  }

  private static RandomCheckpoint checkpoint(TinyModel.Stored model) {
    return new RandomCheckpoint(model.config(), 21, model.type());
  }

  /** The model's file, opened; the plain ones are of version 2. */
  private Checkpoint written(RandomCheckpoint checkpoint) {
    int version = checkpoint.type().plain() ? 2 : 3;
    Path path = directory.resolve("model.gguf");
    return Checkpoints.open(GgufModelWriter.of(checkpoint, version).write(path));
  }

  /** A model on some stages, loaded once for all tests; each begins at position 0. */
  private LanguageModel loaded(String name, int stages) {
    return LOADED.computeIfAbsent(name + " on " + stages, key -> load(MODELS.get(name), stages));
  }

  private LanguageModel load(TinyModel.Stored model, int stages) {
    try (Checkpoint checkpoint = written(checkpoint(model))) {
      return TestModels.load(
          checkpoint, Collections.nCopies(stages, Device.cpu()), TensorType.F32, 4, 128);
    }
  }

  @AfterAll
  static void close() {
    LOADED.values().forEach(LanguageModel::close);
    LOADED.clear();
  }

  private static double[] logits(LanguageModel model, int[] tokens, int[] counts, int[] starts) {
    int[] outputs = StepSliceTest.lastTokens(counts);
    try (NDArray logits = model.forward(new Step(tokens, counts, starts, outputs))) {
      float[] narrow = logits.toFloatArray();
      double[] wide = new double[narrow.length];
      Arrays.setAll(wide, i -> narrow[i]);
      return wide;
    }
  }

  private static int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 0, VOCABULARY).toArray();
  }

  @ParameterizedTest
  @MethodSource("names")
  void configurationAndRowsAreThoseThatWereWritten(String name) {
    RandomCheckpoint expected = checkpoint(MODELS.get(name));
    try (Checkpoint actual = written(expected)) {
      assertThat(actual.config()).isEqualTo(expected.config());
      for (Weight weight : expected.weights()) {
        assertThat(actual.weight(weight.name())).contains(weight);
        assertThat(actual.rows(weight, 0, weight.rows()))
            .isEqualTo(expected.rows(weight, 0, weight.rows()));
        assertThat(actual.rows(weight, weight.rows() / 3, weight.rows() / 2 + 1))
            .isEqualTo(expected.rows(weight, weight.rows() / 3, weight.rows() / 2 + 1));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("namesAndStages")
  void aPromptHasTheReferencesLogits(String name, int stages) {
    int[] tokens = tokens(1, 20);
    double[] expected = reference(name).logits(tokens)[19];
    assertThat(logits(loaded(name, stages), tokens, new int[] {20}, new int[] {0}))
        .containsExactly(expected, within(CLOSE));
  }

  @ParameterizedTest
  @MethodSource("namesAndStages")
  void everyDecodedTokenHasTheReferencesLogits(String name, int stages) {
    LanguageModel model = loaded(name, stages);
    int[] tokens = tokens(2, 10);
    double[][] expected = reference(name).logits(tokens);
    for (int i = 0; i < tokens.length; i++) {
      assertThat(logits(model, new int[] {tokens[i]}, new int[] {1}, new int[] {i}))
          .as("token %d", i)
          .containsExactly(expected[i], within(CLOSE));
    }
  }

  @ParameterizedTest
  @MethodSource("namesAndStages")
  void sequencesOfAMixedBatchHaveTheReferencesLogits(String name, int stages) {
    LanguageModel model = loaded(name, stages);
    int[] a = tokens(3, 9);
    int[] b = tokens(4, 9);
    int[] c = tokens(5, 1);
    logits(model, join(a, 0, 8, b, 0, 3), new int[] {8, 3}, new int[] {0, 0});
    // Slot 0 decodes, slot 1 goes on with its prompt, slot 2 begins with a single token.
    int[] step = join(join(a, 8, 9, b, 3, 9), 0, 7, c, 0, 1);
    double[] actual = logits(model, step, new int[] {1, 6, 1}, new int[] {8, 3, 0});
    List<int[]> sequences = List.of(a, b, c);
    for (int slot = 0; slot < 3; slot++) {
      int[] tokens = sequences.get(slot);
      double[] expected = reference(name).logits(tokens)[tokens.length - 1];
      assertThat(Arrays.copyOfRange(actual, slot * VOCABULARY, (slot + 1) * VOCABULARY))
          .as("slot %d", slot)
          .containsExactly(expected, within(CLOSE));
    }
  }

  private static ReferenceDecoder reference(String name) {
    return new ReferenceDecoder(checkpoint(MODELS.get(name)));
  }

  private static int[] join(int[] a, int fromA, int toA, int[] b, int fromB, int toB) {
    int[] joined = Arrays.copyOf(Arrays.copyOfRange(a, fromA, toA), toA - fromA + toB - fromB);
    System.arraycopy(b, fromB, joined, toA - fromA, toB - fromB);
    return joined;
  }
}
