package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.SamplingParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int VOCABULARY = 2000;

  private final Sampler sampler =
      Sampler.open(
          Device.cpu(),
          VOCABULARY,
          16,
          new DeviceGuard(Device.cpu(), () -> "task t")::check,
          kernels(),
          asynchronous());
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  /** Whether greedy tokens are chosen by the CPU's kernel. */
  boolean kernels() {
    return false;
  }

  /** Whether the sampler works as on GPUs. */
  boolean asynchronous() {
    return false;
  }

  @AfterEach
  void close() {
    sampler.close();
    manager.close();
  }

  private static SamplingBatch.Row row(String rowId, SamplingParameters sampling, int logitsRow) {
    long key = CounterRandom.key(sampling.seed(), rowId);
    return new SamplingBatch.Row(logitsRow, sampling, null, key, 0, 0, PenaltyCounts.NONE);
  }

  private static SamplingParameters sampling(
      double temperature, double topP, int topK, double minP, int seed) {
    return new SamplingParameters(
        temperature, topP, topK, minP, 1, 0, 0, 9, 0, List.of(), List.of(), seed, 1, 0, false);
  }

  private List<Sampler.Token> choose(float[] logits, List<SamplingBatch.Row> rows) {
    Shape shape = new Shape(logits.length / VOCABULARY, VOCABULARY);
    try (NDArray own = manager.create(logits, shape)) {
      return sampler.choose(own, new SamplingBatch(rows, List.of())).tokens();
    }
  }

  private static double[] wide(float[] logits, int row) {
    double[] own = new double[VOCABULARY];
    Arrays.setAll(own, i -> logits[row * VOCABULARY + i]);
    return own;
  }

  @Test
  void drawsEqualTheReferenceWhateverShareTheBatch() {
    Random random = new Random(7);
    for (int round = 0; round < 40; round++) {
      int rows = 1 + random.nextInt(9);
      double spread = List.of(0.1, 1., 4.).get(random.nextInt(3));
      float[] logits = new float[rows * VOCABULARY];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (spread * random.nextGaussian());
      }
      List<SamplingBatch.Row> batch = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        SamplingParameters own =
            sampling(
                random.nextInt(4) == 0 ? 0 : 0.3 + 1.5 * random.nextDouble(),
                random.nextBoolean() ? 1 : 0.05 + 0.94 * random.nextDouble(),
                random.nextBoolean() ? 0 : 1 + random.nextInt(3000),
                random.nextBoolean() ? 0 : 0.1 * random.nextDouble(),
                round);
        batch.add(row("row " + row, own, row));
      }
      List<Sampler.Token> tokens = choose(logits, batch);
      for (int row = 0; row < rows; row++) {
        assertToken(tokens.get(row), wide(logits, row), batch.get(row));
      }
    }
  }

  private static void assertToken(Sampler.Token token, double[] logits, SamplingBatch.Row row) {
    assertToken(token, logits, logits, row);
  }

  /**
   * @param adjusted what the token is chosen from: with penalties and mask
   */
  static void assertToken(
      Sampler.Token token, double[] logits, double[] adjusted, SamplingBatch.Row row) {
    SamplingParameters sampling = row.sampling();
    int expected = ReferenceSampler.greedy(adjusted);
    if (sampling.temperature() > 0) {
      double uniform = CounterRandom.uniform(row.randomKey(), 0, 0);
      double[] kept = ReferenceSampler.filtered(adjusted, sampling);
      expected = ReferenceSampler.draw(kept, uniform);
      // Within rounding of a border between two tokens either is right.
      if (expected != ReferenceSampler.draw(kept, uniform - 1e-5)
          || expected != ReferenceSampler.draw(kept, uniform + 1e-5)) {
        return;
      }
    }
    assertThat(token.id()).as("%s", sampling).isEqualTo(expected);
    double logprob = ReferenceSampler.logSoftmax(logits)[expected];
    assertThat((double) token.logprob())
        .isCloseTo(logprob, org.assertj.core.data.Offset.offset(1e-4));
  }

  @Test
  void frequenciesOfDrawsMatchProbabilities() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, -1e9f);
    double[] probabilities = {0.4, 0.3, 0.15, 0.1, 0.05};
    for (int i = 0; i < 5; i++) {
      logits[100 * i] = (float) Math.log(probabilities[i]);
    }
    int draws = 20_000;
    int[] counts = new int[5];
    SamplingParameters plain = sampling(1, 1, 0, 0, 3);
    for (int block = 0; block < draws / 1000; block++) {
      List<SamplingBatch.Row> batch = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        batch.add(row("row " + (1000 * block + i), plain, 0));
      }
      choose(logits, batch).forEach(token -> counts[token.id() / 100]++);
    }
    double chiSquare = 0;
    for (int i = 0; i < 5; i++) {
      double expected = draws * probabilities[i];
      chiSquare += Math.pow(counts[i] - expected, 2) / expected;
    }
    // 99.9 % quantile of chi-square with 4 degrees of freedom.
    assertThat(chiSquare).isLessThan(18.47);
  }

  @Test
  void tokensThatTieWithTheLastOneKeptAreKept() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, -5f);
    logits[10] = 2;
    logits[20] = 1;
    logits[30] = 1;
    Set<Integer> seen = new TreeSet<>();
    List<SamplingBatch.Row> batch = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      batch.add(row("row " + i, sampling(1, 1, 2, 0, 1), 0));
    }
    choose(logits, batch).forEach(token -> seen.add(token.id()));
    assertThat(seen).containsExactly(10, 20, 30);
  }

  @Test
  void aTinyTemperatureAndAHugeOneStayFinite() {
    float[] logits = new float[VOCABULARY];
    logits[42] = 10;
    List<SamplingBatch.Row> batch =
        List.of(
            row("a", sampling(1e-4, 0.9, 0, 0, 1), 0),
            row("b", sampling(1e30, 0.9, 0, 0, 1), 0),
            row("c", sampling(1e-30, 0.9, 0, 0, 1), 0));
    List<Sampler.Token> tokens = choose(logits, batch);
    assertThat(tokens.get(0).id()).isEqualTo(42);
    assertThat(tokens.get(1).id()).isBetween(0, VOCABULARY - 1);
    assertThat(tokens.get(2).id()).isEqualTo(42);
  }

  @Test
  void stepsOfEveryModeHoldNothingButTheCountsOfPenalisedRows() {
    SamplingParameters penalised =
        new SamplingParameters(1, 0.9, 5, 0.1, 2, 1, 1, 9, 5, List.of(), List.of(), 0, 1, 0, false);
    PenaltyCounts counts = sampler.penaltyCounts();
    int slot = counts.start(new int[] {1});
    long key = CounterRandom.key(0, "a");
    SamplingBatch.Row counted = new SamplingBatch.Row(0, penalised, null, key, 0, 0, slot);
    SamplingBatch.Row greedy = row("b", sampling(0, 1, 0, 0, 1), 1);
    // The first step makes the cache of masks.
    choose(new float[2 * VOCABULARY], List.of(counted, greedy));
    int before = sampler.keptTensors();
    for (int i = 0; i < 300; i++) {
      choose(new float[2 * VOCABULARY], List.of(counted, greedy));
      counts.add(new int[] {slot}, new int[] {3});
    }
    assertThat(sampler.keptTensors()).isEqualTo(before);
    int copy = counts.copy(slot);
    assertThat(sampler.keptTensors()).isEqualTo(before);
    counts.free(slot);
    assertThat(sampler.keptTensors()).isEqualTo(before);
    counts.free(copy);
    assertThat(sampler.keptTensors()).isEqualTo(before - 1);
  }
}
