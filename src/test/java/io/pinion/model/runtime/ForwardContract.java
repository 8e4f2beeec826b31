package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.LanguageModel;
import io.pinion.model.LanguageModel.Step;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.decoder.StepSliceTest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every forward pass has to do. */
abstract class ForwardContract {
  private static final double CLOSE = 2e-4;

  static Stream<String> names() {
    return RandomCheckpoint.configurations().keySet().stream();
  }

  /** Whether the CPU's kernels are used. */
  abstract boolean kernels();

  /** Whether attention is libtorch's fused operation. */
  boolean fusedAttention() {
    return false;
  }

  private TorchScriptModel load(RandomCheckpoint checkpoint, int devices) {
    return load(checkpoint, devices, TensorType.F32, false, 4, 2);
  }

  TorchScriptModel load(
      RandomCheckpoint checkpoint,
      int devices,
      TensorType type,
      boolean int8,
      int slots,
      int cores) {
    return TestModels.load(
        checkpoint,
        devices,
        new DtypeChoice(type, int8),
        kernels(),
        fusedAttention(),
        new ModelLimits(slots, 200, cores));
  }

  static float[] logits(LanguageModel model, int[] tokens, int[] counts, int[] starts) {
    int[] outputs = StepSliceTest.lastTokens(counts);
    try (NDArray logits = model.forward(new Step(tokens, counts, starts, outputs))) {
      return logits.toFloatArray();
    }
  }

  static int[] tokens(long seed, int count) {
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
  void aLongStepOverSeveralStagesIsTheOneOfASingleStage() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 14);
    int[] counts = {190, 150, 199, 170};
    int[] tokens = tokens(9, Arrays.stream(counts).sum());
    try (LanguageModel one = load(checkpoint, 1);
        LanguageModel three = load(checkpoint, 3)) {
      float[] expected = logits(one, tokens, counts, new int[4]);
      assertThat(logits(three, tokens, counts, new int[4]))
          .hasSize(200)
          .containsExactly(expected, within((float) CLOSE));
      int[] next = tokens(10, 4);
      int[] ones = {1, 1, 1, 1};
      assertThat(logits(three, next, ones, counts))
          .containsExactly(logits(one, next, ones, counts), within((float) CLOSE));
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
      float[] all = new float[0];
      for (int slot = 0; slot < 3; slot++) {
        int end = List.of(2, 5, 9).get(slot);
        int[] own = Arrays.copyOfRange(tokens, end - counts[slot], end);
        for (int length = 1; length <= own.length; length++) {
          float[] row = alone(checkpoint, Arrays.copyOf(own, length));
          all = Arrays.copyOf(all, all.length + 50);
          System.arraycopy(row, 0, all, all.length - 50, 50);
        }
      }
      for (int[] outputs : new int[][] {{}, {4}, {1, 8}, {1, 4, 8}, {0, 1, 2, 3, 4, 5, 6, 7, 8}}) {
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

  private float[] alone(RandomCheckpoint checkpoint, int[] tokens) {
    try (LanguageModel model = load(checkpoint, 1)) {
      return logits(model, tokens, new int[] {tokens.length}, new int[] {0});
    }
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  @ParameterizedTest
  @MethodSource("names")
  void aSequenceBehindALoadedPrefixIsThatOfTheWholePrompt(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 13);
    int[] shared = tokens(8, 40);
    int[] kept = join(shared, tokens(9, 6));
    int[] a = tokens(10, 7);
    int[] b = tokens(11, 1);
    float[] expectedA = alone(checkpoint, join(shared, a));
    float[] expectedB = alone(checkpoint, join(Arrays.copyOf(shared, 17), b));
    for (int stages = 1; stages <= 3; stages++) {
      try (LanguageModel model = load(checkpoint, stages)) {
        logits(model, join(b, kept), new int[] {1, 46}, new int[] {0, 0});
        model.savePrefix(2, 1, 46);
        // What the slot holds later is not the prefix's.
        logits(model, tokens(12, 60), new int[] {30, 30}, new int[] {0, 0});
        model.loadPrefix(2, new int[] {0, 3}, 40);
        model.loadPrefix(2, new int[] {1}, 17);
        float[] found =
            logits(
                model,
                join(a, b, tokens(14, 2), a),
                new int[] {7, 1, 2, 7},
                new int[] {40, 17, 0, 40});
        assertRow(found, 0, expectedA);
        assertRow(found, 1, expectedB);
        assertRow(found, 3, expectedA);
      }
    }
  }

  private static void assertRow(float[] logits, int row, float[] expected) {
    assertThat(Arrays.copyOfRange(logits, 50 * row, 50 * row + 50))
        .containsExactly(expected, within((float) CLOSE));
  }

  @Test
  void aPrefixTellsItsPlaceAndIsReplacedAndDropped() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 13);
    int[] prompts = tokens(15, 4 * 20);
    try (LanguageModel model = load(checkpoint, 2)) {
      logits(model, prompts, new int[] {20, 20, 20, 20}, new int[4]);
      for (int prefix = 0; prefix < model.prefixes(); prefix++) {
        model.savePrefix(prefix, (prefix + 1) % 4, 20);
      }
      model.savePrefix(3, 3, 19);
      int[] order = {1, 2, 3, 3};
      for (int prefix = 0; prefix < model.prefixes(); prefix++) {
        model.loadPrefix(prefix, new int[] {0}, 19);
        float[] found = logits(model, new int[] {7}, new int[] {1}, new int[] {19});
        int from = 20 * order[prefix];
        int[] whole = join(Arrays.copyOfRange(prompts, from, from + 19), new int[] {7});
        assertRow(found, 0, alone(checkpoint, whole));
      }
      assertThatThrownBy(() -> model.loadPrefix(3, new int[] {0}, 20))
          .hasMessage("prefix 3 has 19 tokens, not 20");
      model.dropPrefix(3);
      assertThatThrownBy(() -> model.loadPrefix(3, new int[] {0}, 1))
          .hasMessage("prefix 3 has 0 tokens, not 1");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void longAndShortSequencesInTurnKeepWhatTheyAre(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 14);
    int[] first = tokens(16, 30);
    try (LanguageModel model = load(checkpoint, 2)) {
      int known = 10;
      logits(model, Arrays.copyOf(first, known), new int[] {known}, new int[] {0});
      model.savePrefix(0, 0, known);
      Random random = new Random(5);
      // The cache grows to the longest sequence and shrinks behind it, in length alone.
      for (int length : new int[] {190, 3, 33, 150, 1, 1, 97, 64, 199, 2}) {
        int[] other = random.ints(length, 0, 50).toArray();
        int[] next = Arrays.copyOfRange(first, known, known + 2);
        int[] starts = {known, 0, 0};
        float[] found =
            logits(model, join(next, other, other), new int[] {2, length, length}, starts);
        known += 2;
        assertRow(found, 0, alone(checkpoint, Arrays.copyOf(first, known)));
        assertRow(found, 1, alone(checkpoint, other));
        model.copySlots(new int[] {1}, new int[] {3});
        model.loadPrefix(0, new int[] {2}, 10);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNumberOfCoresGivesTheSameLogits(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 15);
    java.util.List<TorchScriptModel> models = new java.util.ArrayList<>();
    try {
      for (int cores = 1; cores <= 3; cores++) {
        models.add(load(checkpoint, 1, TensorType.F32, false, 30, cores));
      }
      Random random = new Random(6);
      int[] lengths = new int[30];
      for (int round = 0; round < 5; round++) {
        int slots = 4 + random.nextInt(27);
        int most = round % 2 == 0 ? 30 : 5;
        int[] counts = random.ints(slots, 1, most + 1).toArray();
        counts[random.nextInt(slots)] += 2 * ForwardThreads.MIN_TOKENS;
        int[] starts = Arrays.copyOf(lengths, slots);
        for (int i = 0; i < slots; i++) {
          starts[i] = starts[i] + counts[i] > 200 ? 0 : starts[i];
          lengths[i] = starts[i] + counts[i];
        }
        int[] tokens = random.ints(Arrays.stream(counts).sum(), 0, 50).toArray();
        int[] outputs =
            IntStream.range(0, tokens.length).filter(i -> random.nextInt(3) > 0).toArray();
        Step step = new Step(tokens, counts, starts, outputs);
        float[] expected = null;
        for (TorchScriptModel model : models) {
          try (NDArray logits = model.forward(step)) {
            float[] found = logits.toFloatArray();
            expected = expected == null ? found : expected;
            assertThat(found).containsExactly(expected, within((float) CLOSE));
          }
        }
      }
    } finally {
      models.forEach(TorchScriptModel::close);
    }
  }

  @Test
  void theCallersThreadHasTheModelsCoresAfterAPassWhateverTheStages() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 16);
    for (int stages = 1; stages <= 2; stages++) {
      for (int cores = 1; cores <= 3; cores++) {
        try (LanguageModel model = load(checkpoint, stages, TensorType.F32, false, 1, cores)) {
          logits(model, tokens(17, 90), new int[] {90}, new int[] {0});
          assertThat(ai.djl.pytorch.jni.JniUtils.getNumThreads()).isEqualTo(cores);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void in8BitsASequenceIsTheSameAloneAndInABatch(String name) {
    try {
      DtypeChoice.requireInt8(Device.cpu(), DtypeChoice.cpuFlags());
    } catch (ModelException e) {
      org.junit.jupiter.api.Assumptions.assumeTrue(false, e.getMessage());
    }
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 18);
    int[] a = tokens(19, 12);
    int[] b = tokens(20, 5);
    int[] both = Arrays.copyOf(b, 17);
    System.arraycopy(a, 0, both, 5, 12);
    try (LanguageModel alone = load8(checkpoint);
        LanguageModel batch = load8(checkpoint);
        LanguageModel exact = load(checkpoint, 1)) {
      float[] expected = logits(alone, a, new int[] {12}, new int[] {0});
      float[] joined = logits(batch, both, new int[] {5, 12}, new int[] {0, 0});
      float[] wanted = logits(exact, a, new int[] {12}, new int[] {0});
      assertThat(Arrays.copyOfRange(joined, 50, 100))
          .containsExactly(expected, within((float) CLOSE));
      double off = 0;
      double size = 0;
      for (int i = 0; i < wanted.length; i++) {
        off += Math.abs(wanted[i] - expected[i]);
        size += Math.abs(wanted[i]);
      }
      // Narrow layers of random numbers average little out; PrecisionTest has a real model.
      assertThat(off / size).isPositive().isLessThan(0.4);
    }
  }

  private TorchScriptModel load8(RandomCheckpoint checkpoint) {
    return load(checkpoint, 1, TensorType.F32, true, 4, 2);
  }

  @Test
  void whatAnEarlierSequenceLeftInASlotIsNotSeen() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 21);
    int[] tokens = tokens(22, 7);
    float[] expected = alone(checkpoint, tokens);
    try (LanguageModel model = load(checkpoint, 1)) {
      logits(model, tokens(23, 60), new int[] {60}, new int[] {0});
      float[] found = null;
      for (int i = 0; i < tokens.length; i++) {
        found = logits(model, new int[] {tokens[i]}, new int[] {1}, new int[] {i});
      }
      assertThat(found).containsExactly(expected, within((float) CLOSE));
    }
  }

  @Test
  void whatBeganWithAPrefixGoesOnWhenThePrefixIsReplacedAndWhenItsSlotIsCopied() {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 26);
    int[] kept = tokens(27, 50);
    int[] other = tokens(28, 50);
    int[] own = tokens(29, 3);
    try (LanguageModel model = load(checkpoint, 2)) {
      logits(model, join(kept, other), new int[] {50, 50}, new int[] {0, 0});
      model.savePrefix(1, 0, 50);
      model.savePrefix(0, 1, 50);
      model.loadPrefix(1, new int[] {1, 2}, 37);
      model.loadPrefix(0, new int[] {0}, 35);
      model.copySlots(new int[] {1, 0}, new int[] {3, 1});
      // A prefix kept from a slot that shares another one's beginning.
      logits(model, join(own, own, own, own), new int[] {3, 3, 3, 3}, new int[] {35, 35, 37, 37});
      model.savePrefix(2, 3, 40);
      model.savePrefix(1, 0, 20);
      model.dropPrefix(0);
      int[] starts = {38, 38, 40, 40};
      float[] found = logits(model, new int[] {5, 6, 7, 8}, new int[] {1, 1, 1, 1}, starts);
      int[] fromKept = join(Arrays.copyOf(kept, 37), own);
      int[] fromOther = join(Arrays.copyOf(other, 35), own);
      assertRow(found, 0, alone(checkpoint, join(fromOther, new int[] {5})));
      assertRow(found, 1, alone(checkpoint, join(fromOther, new int[] {6})));
      assertRow(found, 2, alone(checkpoint, join(fromKept, new int[] {7})));
      assertRow(found, 3, alone(checkpoint, join(fromKept, new int[] {8})));
      model.loadPrefix(2, new int[] {0}, 40);
      // Back behind what it shares, and anew.
      model.loadPrefix(2, new int[] {1, 2}, 39);
      starts = new int[] {40, 19, 0, 41};
      found = logits(model, new int[] {1, 2, 3, 4}, new int[] {1, 1, 1, 1}, starts);
      assertRow(found, 0, alone(checkpoint, join(fromKept, new int[] {1})));
      assertRow(found, 1, alone(checkpoint, join(Arrays.copyOf(kept, 19), new int[] {2})));
      assertRow(found, 2, alone(checkpoint, new int[] {3}));
      assertRow(found, 3, alone(checkpoint, join(fromKept, new int[] {8, 4})));
    }
  }
}
