package io.pinion.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.LanguageModel.Step;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TorchScriptModelTest {
  private static final double CLOSE = 2e-4;

  static Stream<String> names() {
    return RandomCheckpoint.configurations().keySet().stream();
  }

  private static TorchScriptModel load(RandomCheckpoint checkpoint, int devices) {
    return TorchScriptModel.load(
        checkpoint, java.util.Collections.nCopies(devices, Device.cpu()), WeightType.F32, 4, 200);
  }

  private static float[] logits(LanguageModel model, int[] tokens, int[] counts, int[] starts) {
    int[] outputs = IntStream.range(0, counts.length).toArray();
    try (NDArray logits = model.forward(new Step(tokens, counts, starts, outputs))) {
      return logits.toFloatArray();
    }
  }

  private static int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 0, 50).toArray();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aPromptInOnePassEqualsItsTokensOneByOne(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 7);
    int[] tokens = tokens(1, 90);
    try (LanguageModel whole = load(checkpoint, 1);
        LanguageModel single = load(checkpoint, 1)) {
      float[] expected = logits(whole, tokens, new int[] {90}, new int[] {0});
      float[] last = null;
      for (int i = 0; i < tokens.length; i++) {
        last = logits(single, new int[] {tokens[i]}, new int[] {1}, new int[] {i});
      }
      assertThat(last).hasSize(50);
      assertThat(last).containsExactly(expected, within((float) CLOSE));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSequenceIsTheSameAloneAndInABatchAndSplitOverStages(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 8);
    int[] a = tokens(2, 12);
    int[] b = tokens(3, 5);
    try (LanguageModel alone = load(checkpoint, 1);
        LanguageModel split = load(checkpoint, 3)) {
      float[] expectedA = logits(alone, a, new int[] {12}, new int[] {0});
      float[] expectedB = logits(alone, b, new int[] {5}, new int[] {0});
      // Sequence a has all but its last token in the cache when b's prompt joins.
      logits(split, Arrays.copyOf(a, 11), new int[] {11}, new int[] {0});
      int[] joined = {a[11], b[0], b[1], b[2], b[3], b[4]};
      float[] both = logits(split, joined, new int[] {1, 5}, new int[] {11, 0});
      assertThat(Arrays.copyOfRange(both, 0, 50)).containsExactly(expectedA, within((float) CLOSE));
      assertThat(Arrays.copyOfRange(both, 50, 100))
          .containsExactly(expectedB, within((float) CLOSE));
    }
  }

  @Test
  void logitsAreThoseOfTheOutputsAlone() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 12);
    int[] tokens = tokens(7, 9);
    int[] counts = {2, 3, 4};
    int[] starts = new int[3];
    try (LanguageModel model = load(checkpoint, 2)) {
      float[] all = logits(model, tokens, counts, starts);
      for (int[] outputs : new int[][] {{}, {1}, {0, 2}, {0, 1, 2}}) {
        try (NDArray some = model.forward(new Step(tokens, counts, starts, outputs))) {
          assertThat(some.getShape()).isEqualTo(new Shape(outputs.length, 50));
          float[] found = some.toFloatArray();
          for (int i = 0; i < outputs.length; i++) {
            assertThat(Arrays.copyOfRange(found, 50 * i, 50 * i + 50))
                .containsExactly(
                    Arrays.copyOfRange(all, 50 * outputs[i], 50 * outputs[i] + 50),
                    within((float) CLOSE));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void logitsAreTheReferenceDecoders(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 10);
    int[] tokens = tokens(6, 70);
    double[] expected = new ReferenceDecoder(checkpoint).logits(tokens)[69];
    try (LanguageModel model = load(checkpoint, 1)) {
      float[] actual = logits(model, tokens, new int[] {70}, new int[] {0});
      double[] wide = new double[actual.length];
      Arrays.setAll(wide, i -> actual[i]);
      assertThat(wide).containsExactly(expected, within(CLOSE));
    }
  }

  @Test
  void copiedSlotsGoOnAsTheirOriginals() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 9);
    int[] a = tokens(4, 6);
    int[] b = tokens(5, 6);
    int[] prompts = new int[12];
    System.arraycopy(a, 0, prompts, 0, 6);
    System.arraycopy(b, 0, prompts, 6, 6);
    try (LanguageModel model = load(checkpoint, 2)) {
      logits(model, prompts, new int[] {6, 6}, new int[] {0, 0});
      model.copySlots(new int[] {0, 1, 1}, new int[] {1, 0, 2});
      int[] next = {9, 9, 9};
      float[] swapped = logits(model, next, new int[] {1, 1, 1}, new int[] {6, 6, 6});
      try (LanguageModel fresh = load(checkpoint, 1)) {
        logits(fresh, prompts, new int[] {6, 6}, new int[] {0, 0});
        float[] plain = logits(fresh, new int[] {9, 9}, new int[] {1, 1}, new int[] {6, 6});
        assertThat(Arrays.copyOfRange(swapped, 0, 50))
            .containsExactly(Arrays.copyOfRange(plain, 50, 100), within((float) CLOSE));
        assertThat(Arrays.copyOfRange(swapped, 50, 100))
            .containsExactly(Arrays.copyOfRange(plain, 0, 50), within((float) CLOSE));
        assertThat(Arrays.copyOfRange(swapped, 100, 150))
            .containsExactly(Arrays.copyOfRange(plain, 50, 100), within((float) CLOSE));
      }
    }
  }

  @Test
  void moreDevicesThanLayersAreRefused() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 9);
    assertThatThrownBy(() -> load(checkpoint, 5))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("4 layers")
        .hasMessageContaining("5 devices");
  }
}
