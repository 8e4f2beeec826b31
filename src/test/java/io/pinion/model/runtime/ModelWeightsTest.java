package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.pinion.model.LanguageModel;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.torch.CpuKernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models over the same weights, against models that have theirs to themselves. */
class ModelWeightsTest {
  private static final RandomCheckpoint CHECKPOINT =
      new RandomCheckpoint(RandomCheckpoint.configurations().get("llama tied"), 31);

  private static ModelLayout layout(int devices, boolean kernels) {
    assumeTrue(!kernels || CpuKernels.available(Device.cpu()), "there are no kernels here");
    List<Device> cpus = Collections.nCopies(devices, Device.cpu());
    MatrixFormat matrices = MatrixFormat.of(Device.cpu(), TensorType.F32);
    return new ModelLayout(cpus, TensorType.F32, matrices, kernels, false);
  }

  /** The logits behind each of some tokens that come one at a time after a prompt. */
  private static List<float[]> logits(LanguageModel model, long seed) {
    Random random = new Random(seed);
    int prompt = 1 + random.nextInt(20);
    List<float[]> logits = new ArrayList<>();
    int start = 0;
    for (int step = 0; step < 12; step++) {
      int[] tokens = random.ints(step == 0 ? prompt : 1, 0, 50).toArray();
      logits.add(
          ForwardContract.logits(model, tokens, new int[] {tokens.length}, new int[] {start}));
      start += tokens.length;
    }
    return logits;
  }

  private static List<float[]> alone(ModelLayout layout, ModelLimits limits, long seed) {
    try (LanguageModel model = TestModels.load(CHECKPOINT, layout, limits)) {
      return logits(model, seed);
    }
  }

  private static void assertEqual(List<float[]> found, List<float[]> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).as("step %d", i).containsExactly(expected.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "1, true", "3, true"})
  void modelsOfAnyLimitsAreEachAsIfAlone(int devices, boolean kernels) {
    ModelLayout layout = layout(devices, kernels);
    ModelLimits shorter = new ModelLimits(2, 40, 1);
    ModelLimits longer = new ModelLimits(4, 200, 2);
    try (ModelWeights weights = ModelWeights.load(CHECKPOINT, layout);
        LanguageModel first = weights.open(shorter);
        LanguageModel second = weights.open(longer);
        LanguageModel third = weights.open(shorter)) {
      assertEqual(logits(first, 1), alone(layout, shorter, 1));
      assertEqual(logits(second, 2), alone(layout, longer, 2));
      assertEqual(logits(third, 3), alone(layout, shorter, 3));
      // What the second one holds is not what the first goes on with.
      assertEqual(logits(first, 2), alone(layout, shorter, 2));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void modelsOfTwoThreadsRunAtOnce(boolean kernels) throws Exception {
    ModelLayout layout = layout(1, kernels);
    ModelLimits limits = new ModelLimits(2, 64, 1);
    CyclicBarrier begun = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (ModelWeights weights = ModelWeights.load(CHECKPOINT, layout)) {
      List<Callable<List<List<float[]>>>> runs = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        int first = 100 * thread;
        runs.add(
            () -> {
              List<List<float[]>> logits = new ArrayList<>();
              try (LanguageModel model = weights.open(limits)) {
                begun.await();
                for (int round = 0; round < 20; round++) {
                  logits.add(logits(model, first + round));
                }
              }
              return logits;
            });
      }
      List<Future<List<List<float[]>>>> found = threads.invokeAll(runs);
      for (int thread = 0; thread < 2; thread++) {
        for (int round = 0; round < 20; round++) {
          assertEqual(
              found.get(thread).get().get(round), alone(layout, limits, 100 * thread + round));
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aModelGoesOnWithoutItsSiblingAndWithoutWhatItWasOpenedFrom(boolean kernels) {
    ModelLayout layout = layout(1, kernels);
    ModelLimits limits = new ModelLimits(2, 64, 1);
    ModelWeights weights = ModelWeights.load(CHECKPOINT, layout);
    LanguageModel sibling = weights.open(limits);
    try (LanguageModel model = weights.open(limits)) {
      logits(sibling, 4);
      sibling.close();
      weights.close();
      assertEqual(logits(model, 5), alone(layout, limits, 5));
    }
  }

  /** Also on CPUs for which oneDNN refuses to pack matrices in bf16: they stay unpacked there. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bf16RunsOnEveryCpu(boolean kernels) {
    DtypeChoice bf16 = new DtypeChoice(TensorType.BF16, false);
    ModelLimits limits = new ModelLimits(2, 64, 1);
    int[] tokens = {3, 4, 5, 6};
    float[] exact;
    try (LanguageModel model = TestModels.load(CHECKPOINT, layout(1, kernels), limits)) {
      exact = ForwardContract.logits(model, tokens, new int[] {4}, new int[] {0});
    }
    try (LanguageModel model = TestModels.load(CHECKPOINT, 1, bf16, kernels, limits)) {
      float[] rounded = ForwardContract.logits(model, tokens, new int[] {4}, new int[] {0});
      assertThat(rounded).hasSameSizeAs(exact);
      double largest = 0;
      for (int i = 0; i < exact.length; i++) {
        largest = Math.max(largest, Math.abs(exact[i]));
      }
      for (int i = 0; i < exact.length; i++) {
        assertThat(Math.abs(rounded[i] - exact[i])).isLessThan((float) (0.1 * largest));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, -1})
  void aModelThatCannotBeOpenedLeavesTheWeightsAsTheyWere(int slots) {
    ModelLayout layout = layout(1, false);
    ModelLimits limits = new ModelLimits(2, 64, 1);
    try (ModelWeights weights = ModelWeights.load(CHECKPOINT, layout)) {
      assertThatThrownBy(() -> weights.open(new ModelLimits(slots, 64, 1)));
      try (LanguageModel model = weights.open(limits)) {
        assertEqual(logits(model, 6), alone(layout, limits, 6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCacheAsksBeforeItGrowsAndGoesOnIfItMay(boolean kernels) {
    ModelLayout layout = layout(1, kernels);
    ModelLimits limits = new ModelLimits(2, 200, 1);
    AtomicLong most = new AtomicLong();
    CacheRoom room =
        bytes -> {
          if (bytes > most.get()) {
            throw new ModelException("can't allocate memory for " + bytes + " bytes");
          }
        };
    try (ModelWeights weights = ModelWeights.load(CHECKPOINT, layout);
        LanguageModel model = weights.open(limits, room)) {
      int[] many = new Random(1).ints(60, 0, 50).toArray();
      assertThatThrownBy(() -> ForwardContract.logits(model, many, new int[] {60}, new int[] {0}))
          .hasMessageContaining("can't allocate memory");
      most.set(Long.MAX_VALUE);
      assertEqual(logits(model, 6), alone(layout, limits, 6));
    }
  }
}
