package io.pinion.model.architecture.toy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameters;
import io.pinion.model.LanguageModel;
import io.pinion.model.LanguageModel.Step;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.DtypeChoice;
import io.pinion.model.runtime.ModelLimits;
import io.pinion.model.runtime.TestModels;
import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.torch.CpuKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A family that stands in this folder and a line of the tests' {@code META-INF/services}, run from
 * both kinds of files and compared with its definition.
 */
class ToyFamilyTest {
  private static final double CLOSE = 1e-4;
  private static final ToyModel MODEL = new ToyModel(3);

  @TempDir Path folder;

  static Stream<Arguments> waysToRun() {
    return Stream.of("safetensors", "gguf")
        .flatMap(
            files ->
                Stream.of(true, false)
                    .flatMap(
                        kernels ->
                            Stream.of(1, 2).map(stages -> Arguments.of(files, kernels, stages))));
  }

  private Checkpoint checkpoint(String files) throws IOException {
    return Checkpoints.open(
        files.equals("gguf")
            ? MODEL.gguf(folder.resolve("toy.gguf"))
            : MODEL.directory(folder.resolve("toy")));
  }

  private static double[] logits(LanguageModel model, int[] tokens, int[] counts, int[] starts) {
    int[] outputs = new int[counts.length];
    int end = 0;
    for (int i = 0; i < counts.length; i++) {
      end += counts[i];
      outputs[i] = end - 1;
    }
    try (NDArray logits = model.forward(new Step(tokens, counts, starts, outputs))) {
      float[] narrow = logits.toFloatArray();
      double[] wide = new double[narrow.length];
      Arrays.setAll(wide, i -> narrow[i]);
      return wide;
    }
  }

  @ParameterizedTest
  @MethodSource("waysToRun")
  void logitsAreThoseOfTheDefinition(String files, boolean kernels, int stages) throws IOException {
    assumeTrue(!kernels || CpuKernels.available(Device.cpu()), "no kernels here");
    int[] a = new Random(1).ints(20, 0, ToyModel.VOCABULARY).toArray();
    int[] b = new Random(2).ints(5, 0, ToyModel.VOCABULARY).toArray();
    ToyReference reference = new ToyReference(MODEL);
    double[][] expectedA = reference.logits(a);
    double[][] expectedB = reference.logits(b);
    try (Checkpoint checkpoint = checkpoint(files);
        LanguageModel model = load(checkpoint, stages, false, kernels)) {
      double[] prompt = logits(model, Arrays.copyOf(a, 12), new int[] {12}, new int[] {0});
      assertThat(prompt).containsExactly(expectedA[11], within(CLOSE));
      for (int i = 12; i < 20; i++) {
        int[] next = i == 12 ? join(a[i], b) : new int[] {a[i], b[4]};
        int[] counts = {1, next.length - 1};
        double[] both = logits(model, next, counts, new int[] {i, i == 12 ? 0 : 4});
        assertThat(Arrays.copyOf(both, ToyModel.VOCABULARY))
            .as("token %d", i)
            .containsExactly(expectedA[i], within(CLOSE));
        assertThat(Arrays.copyOfRange(both, ToyModel.VOCABULARY, both.length))
            .containsExactly(expectedB[4], within(CLOSE));
      }
    }
  }

  private static LanguageModel load(
      Checkpoint checkpoint, int stages, boolean int8, boolean kernels) {
    return TestModels.load(
        checkpoint,
        stages,
        new DtypeChoice(TensorType.F32, int8),
        kernels,
        new ModelLimits(2, ToyModel.POSITIONS, 2));
  }

  private static int[] join(int first, int[] others) {
    int[] all = new int[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }

  /**
   * The kernels' way through a layer in 8 bits has no such layer: blocks fall to products alone.
   */
  @ParameterizedTest
  @MethodSource("waysToRun")
  void in8BitsLogitsAreAboutThoseOfTheDefinition(String files, boolean kernels, int stages)
      throws IOException {
    assumeTrue(!kernels || CpuKernels.available(Device.cpu()), "no kernels here");
    try {
      DtypeChoice.of("int8", Device.cpu(), 0);
    } catch (ModelException e) {
      assumeTrue(false, e.getMessage());
    }
    int[] tokens = new Random(4).ints(12, 0, ToyModel.VOCABULARY).toArray();
    double[] expected = new ToyReference(MODEL).logits(tokens)[11];
    try (Checkpoint checkpoint = checkpoint(files);
        LanguageModel model = load(checkpoint, stages, true, kernels)) {
      double[] found = logits(model, tokens, new int[] {12}, new int[] {0});
      double off = 0;
      double size = 0;
      for (int i = 0; i < found.length; i++) {
        off += Math.abs(found[i] - expected[i]);
        size += Math.abs(expected[i]);
      }
      assertThat(off / size).isPositive().isLessThan(0.2);
    }
  }

  @Test
  void aDirectoryOfTheFamilyGeneratesItsLikeliestTokens() throws IOException {
    Path directory = MODEL.directory(folder.resolve("whole"));
    TinyModelDirectory.writeTokenizer(directory);
    ModelOptions options = new ModelOptions(directory.toString(), "", "f32", 0, 2, false, true, 1);
    SamplingParameters greedy =
        new SamplingParameters(0, 1, 0, 0, 1, 0, 0, 20, 0, List.of(), List.of(), 0, 1, 0, true);
    int[] prompt = "Toys".chars().toArray();
    try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()));
        GenerationSession session = model.generator().open("toy")) {
      session.submit(new GenerationRequest("row", prompt, greedy));
      int[] found = session.next().completions().get(0).tokenIds();
      assertThat(found).containsExactly(likeliest(prompt, 20));
    }
  }

  private static int[] likeliest(int[] prompt, int count) {
    int[] tokens = prompt;
    for (int i = 0; i < count; i++) {
      double[] logits = new ToyReference(MODEL).logits(tokens)[tokens.length - 1];
      int best = 0;
      for (int token = 1; token < logits.length; token++) {
        best = logits[token] > logits[best] ? token : best;
      }
      tokens = Arrays.copyOf(tokens, tokens.length + 1);
      tokens[tokens.length - 1] = best;
    }
    return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
  }
}
