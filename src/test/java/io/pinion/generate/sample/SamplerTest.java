package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.text.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
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
          kernels());
  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");

  /** Whether greedy tokens are chosen by the CPU's kernel. */
  boolean kernels() {
    return false;
  }

  @AfterEach
  void close() {
    sampler.close();
    manager.close();
  }

  private static Sequence sequence(String rowId, SamplingParameters sampling, int logitsRow) {
    GenerationRequest request = new GenerationRequest(rowId, new int[] {1}, sampling);
    Vocabulary vocabulary = new Vocabulary(new byte[VOCABULARY][], new BitSet());
    Sequence sequence =
        new Sequence(new SequenceGroup(null, request, 100, VOCABULARY, vocabulary, Set.of(0)), 0);
    sequence.logitsRow = logitsRow;
    return sequence;
  }

  private static SamplingParameters sampling(
      double temperature, double topP, int topK, double minP, int seed) {
    return new SamplingParameters(
        temperature, topP, topK, minP, 1, 0, 0, 9, 0, List.of(), List.of(), seed, 1, 0, false);
  }

  private List<Sampler.Token> choose(float[] logits, List<Sequence> sequences) {
    Shape shape = new Shape(logits.length / VOCABULARY, VOCABULARY);
    Sampler.Chosen chosen = sampler.choose(manager.create(logits, shape), sequences, List.of());
    return sequences.stream().map(chosen.tokens()::get).toList();
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
      List<Sequence> sequences = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        SamplingParameters own =
            sampling(
                random.nextInt(4) == 0 ? 0 : 0.3 + 1.5 * random.nextDouble(),
                random.nextBoolean() ? 1 : 0.05 + 0.94 * random.nextDouble(),
                random.nextBoolean() ? 0 : 1 + random.nextInt(3000),
                random.nextBoolean() ? 0 : 0.1 * random.nextDouble(),
                round);
        sequences.add(sequence("row " + row, own, row));
      }
      List<Sampler.Token> tokens = choose(logits, sequences);
      for (int row = 0; row < rows; row++) {
        assertToken(tokens.get(row), wide(logits, row), sequences.get(row));
      }
    }
  }

  private static void assertToken(Sampler.Token token, double[] logits, Sequence sequence) {
    assertToken(token, logits, logits, sequence);
  }

  /**
   * @param adjusted what the token is chosen from: with penalties and mask
   */
  static void assertToken(
      Sampler.Token token, double[] logits, double[] adjusted, Sequence sequence) {
    SamplingParameters sampling = sequence.row.request.sampling();
    int expected = ReferenceSampler.greedy(adjusted);
    if (sampling.temperature() > 0) {
      double uniform = CounterRandom.uniform(sequence.row.randomKey, 0, 0);
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
      List<Sequence> sequences = new ArrayList<>();
      for (int i = 0; i < 1000; i++) {
        sequences.add(sequence("row " + (1000 * block + i), plain, 0));
      }
      choose(logits, sequences).forEach(token -> counts[token.id() / 100]++);
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
    List<Sequence> sequences = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      sequences.add(sequence("row " + i, sampling(1, 1, 2, 0, 1), 0));
    }
    choose(logits, sequences).forEach(token -> seen.add(token.id()));
    assertThat(seen).containsExactly(10, 20, 30);
  }

  @Test
  void aTinyTemperatureAndAHugeOneStayFinite() {
    float[] logits = new float[VOCABULARY];
    logits[42] = 10;
    List<Sequence> sequences =
        List.of(
            sequence("a", sampling(1e-4, 0.9, 0, 0, 1), 0),
            sequence("b", sampling(1e30, 0.9, 0, 0, 1), 0),
            sequence("c", sampling(1e-30, 0.9, 0, 0, 1), 0));
    List<Sampler.Token> tokens = choose(logits, sequences);
    assertThat(tokens.get(0).id()).isEqualTo(42);
    assertThat(tokens.get(1).id()).isBetween(0, VOCABULARY - 1);
    assertThat(tokens.get(2).id()).isEqualTo(42);
  }

  @Test
  void stepsOfEveryModeHoldNothingButTheCountsOfPenalisedSequences() {
    SamplingParameters penalised =
        new SamplingParameters(1, 0.9, 5, 0.1, 2, 1, 1, 9, 5, List.of(), List.of(), 0, 1, 0, false);
    Sequence counted = sequence("a", penalised, 0);
    sampler.start(counted);
    Sequence greedy = sequence("b", sampling(0, 1, 0, 0, 1), 1);
    // The first step makes the table of masks.
    choose(new float[2 * VOCABULARY], List.of(counted, greedy));
    int before = held();
    for (int i = 0; i < 300; i++) {
      choose(new float[2 * VOCABULARY], List.of(counted, greedy));
      sampler.count(List.of(counted), new int[] {3});
    }
    assertThat(held()).isEqualTo(before);
    Sequence fork = counted.fork(1);
    counted.release();
    fork.release();
    assertThat(held()).isEqualTo(before - 1);
  }

  private int held() {
    return sampler.module.manager().getManagedArrays().size();
  }
}
