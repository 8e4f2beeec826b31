package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.device.DeviceGuard;
import io.pinion.generate.SamplingParameters;
import io.pinion.torch.CpuKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of logits from which no token can be chosen, among rows from which one can. */
class ImpossibleRowsTest {
  private static final int VOCABULARY = 1000;
  private static final float MINUS_INFINITY = Float.NEGATIVE_INFINITY;

  private final NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
  private Sampler sampler;

  @AfterEach
  void close() {
    if (sampler != null) {
      sampler.close();
    }
    manager.close();
  }

  private void open(boolean kernels, boolean asynchronous) {
    Assumptions.assumeTrue(
        !kernels || CpuKernels.available(Device.cpu()), "this build or processor has no kernels");
    DeviceGuard guard = new DeviceGuard(Device.cpu(), () -> "task t");
    sampler = Sampler.open(Device.cpu(), VOCABULARY, 16, guard::check, kernels, asynchronous);
  }

  /** Parameters with a repetition penalty and filters if the row is drawn. */
  private static SamplingParameters sampling(double temperature, double repetition) {
    double topP = temperature == 0 ? 1 : 0.9;
    return new SamplingParameters(
        temperature, topP, 0, 0, repetition, 0, 0, 9, 0, List.of(), List.of(), 3, 1, 0, false);
  }

  private SamplingBatch.Row row(
      int logitsRow, double temperature, boolean penalised, TokenMask allowed) {
    int slot = penalised ? sampler.penaltyCounts().start(new int[] {5, 900}) : PenaltyCounts.NONE;
    SamplingParameters sampling = sampling(temperature, penalised ? 100 : 1);
    return new SamplingBatch.Row(logitsRow, sampling, allowed, 77 + logitsRow, 0, 0, slot);
  }

  /** The mask that allows the tokens below a limit. */
  private static TokenMask below(int limit) {
    byte[] mask = new byte[VOCABULARY / 8];
    for (int token = 0; token < limit; token++) {
      mask[token >> 3] |= (byte) (1 << (token & 7));
    }
    return new TokenMask(mask);
  }

  private List<Sampler.Token> choose(float[][] logits, List<SamplingBatch.Row> rows) {
    float[] flat = new float[logits.length * VOCABULARY];
    for (int i = 0; i < logits.length; i++) {
      System.arraycopy(logits[i], 0, flat, i * VOCABULARY, VOCABULARY);
    }
    try (NDArray own = manager.create(flat, new Shape(logits.length, VOCABULARY))) {
      return sampler.choose(own, new SamplingBatch(rows, List.of())).tokens();
    }
  }

  private static float[] usual(int seed) {
    Random random = new Random(seed);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = (float) random.nextGaussian();
    }
    return logits;
  }

  private static float[] with(float[] logits, int from, int to, float value) {
    Arrays.fill(logits, from, to, value);
    return logits;
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, false, false",
    "0, false, true, false",
    "0, true, false, true",
    "0, true, true, false",
    "1, false, true, false",
    "1, true, true, false",
    "1, true, false, true",
    "0.01, false, true, false",
    "0.01, false, false, true",
    "100, true, true, false",
    "100, true, false, true"
  })
  void rowsWithoutATokenAreToldFromTheOthers(
      double temperature, boolean penalised, boolean kernels, boolean asynchronous) {
    open(kernels, asynchronous);
    TokenMask mask = below(100);
    float[][] logits = {
      usual(1),
      with(usual(2), 0, 100, MINUS_INFINITY),
      with(usual(3), 0, 99, MINUS_INFINITY),
      with(usual(4), 500, 501, Float.NaN),
      with(usual(5), 50, 51, Float.NaN),
      with(usual(6), 0, VOCABULARY, MINUS_INFINITY),
      with(usual(7), 50, 51, Float.POSITIVE_INFINITY),
      with(usual(8), 0, VOCABULARY, Float.NaN),
      usual(9)
    };
    List<SamplingBatch.Row> rows = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      rows.add(row(i, temperature, penalised, mask));
    }
    List<Sampler.Token> tokens = choose(logits, rows);
    assertThat(tokens.get(1).logprob()).isEqualTo(MINUS_INFINITY);
    assertThat(tokens.get(2).id()).isEqualTo(99);
    for (int broken : List.of(3, 4, 5, 6, 7)) {
      assertThat(tokens.get(broken).logprob()).as("row %s", broken).isNaN();
    }
    for (int good : List.of(0, 2, 8)) {
      assertThat(tokens.get(good).id()).as("row %s", good).isLessThan(100);
      assertThat(tokens.get(good).logprob()).as("row %s", good).isFinite();
    }
    assertThat(choose(logits, List.of(row(8, temperature, penalised, mask))))
        .containsExactly(tokens.get(8));
  }

  @Test
  void aPenaltyThatMakesALogitInfiniteDrawsNoTokenInSilence() {
    open(false, false);
    float[] huge = usual(1);
    // Below zero a penalty multiplies; above it, one below 1 divides.
    huge[5] = 3e37f;
    SamplingParameters sampling = sampling(1, 0.01);
    int slot = sampler.penaltyCounts().start(new int[] {5});
    SamplingBatch.Row row = new SamplingBatch.Row(0, sampling, null, 1, 0, 0, slot);
    assertThat(choose(new float[][] {huge}, List.of(row)).get(0).logprob()).isNaN();
  }
}
