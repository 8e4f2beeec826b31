package io.pinion.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinion.model.FamilySettings;
import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import io.pinion.model.architecture.block.ScaledRotary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RotaryTableTest {
  private static final int POSITIONS = 200;

  private static ModelConfig config(int headDim, double theta, RopeScaling scaling) {
    return new ModelConfig(
        "llama",
        50,
        24,
        40,
        1,
        4,
        2,
        headDim,
        256,
        1e-5,
        theta,
        scaling,
        true,
        false,
        false,
        false,
        false,
        0,
        List.of(false),
        1,
        List.of(2),
        FamilySettings.NONE);
  }

  private static void duel(ModelConfig config) {
    RotaryTable table = RotaryTable.compute(ScaledRotary.of(config), POSITIONS, 0, POSITIONS);
    double[] frequencies = ReferenceRotary.inverseFrequencies(config);
    double scaling = ReferenceRotary.attentionScaling(config);
    int half = config.headDim() / 2;
    assertThat(table.cosines()).hasSize(POSITIONS * config.headDim());
    assertThat(table.sines()).hasSize(POSITIONS * config.headDim());
    for (int at = 0; at < table.cosines().length; at++) {
      int sign = at % config.headDim() < half ? -1 : 1;
      double angle = at / config.headDim() * frequencies[at % half];
      assertClose(config, at, table.cosines()[at], Math.cos(angle) * scaling);
      assertClose(config, at, table.sines()[at], sign * Math.sin(angle) * scaling);
    }
  }

  private static void assertClose(ModelConfig config, int at, float actual, double expected) {
    if (!(Math.abs(actual - expected) < 1e-6)) {
      assertThat((double) actual).as("%s at %d", config, at).isEqualTo(expected, within(1e-6));
    }
  }

  private static RopeScaling scaling(Random random, int kind, int headDim) {
    double factor = 1 + random.nextInt(31) / 2.0;
    int original = 16 << random.nextInt(12);
    return switch (kind) {
      case 0 -> new RopeScaling.None();
      case 1 -> new RopeScaling.Linear(factor);
      case 2 -> {
        double low = 1 + random.nextInt(3);
        yield new RopeScaling.Llama3(factor, low, low + 1 + random.nextInt(4), original);
      }
      case 3 ->
          new RopeScaling.Yarn(
              factor,
              8 << random.nextInt(4),
              1 + random.nextInt(3),
              original,
              0.5 + random.nextDouble(),
              random.nextBoolean());
      default -> new RopeScaling.Factors(factors(random, headDim / 2));
    };
  }

  private static List<Double> factors(Random random, int count) {
    List<Double> factors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      factors.add(1 + 31 * random.nextDouble());
    }
    return factors;
  }

  @Test
  void randomConfigurationsHaveTheReferencesTables() {
    Random random = new Random(11);
    double[] thetas = {10_000, 500_000, 1_000_000, 100};
    for (int i = 0; i < 400; i++) {
      int headDim = 2 * (1 + random.nextInt(64));
      duel(config(headDim, thetas[random.nextInt(4)], scaling(random, i % 5, headDim)));
    }
  }

  @Test
  void theHalvesOfAHeadAreRotatedAlikeByPowersOfTheta() {
    ModelConfig config = config(4, 100, new RopeScaling.None());
    RotaryTable table = RotaryTable.compute(ScaledRotary.of(config), 2, 0, 2);
    float[] cosines = {1, 1, 1, 1, 0.540302f, 0.995004f, 0.540302f, 0.995004f};
    float[] sines = {0, 0, 0, 0, -0.841471f, -0.0998334f, 0.841471f, 0.0998334f};
    assertThat(table.cosines()).containsExactly(cosines, within(1e-6f));
    assertThat(table.sines()).containsExactly(sines, within(1e-6f));
  }

  /** Llama 3.1 8B: the factors that llama.cpp's converter writes are 1, then rising, then 8. */
  @Test
  void llama3KeepsShortWavesAndStretchesLongOnes() {
    RopeScaling scaling = new RopeScaling.Llama3(8, 1, 4, 8192);
    double[] scaled = frequencies(config(128, 500_000, scaling));
    double[] plain = frequencies(config(128, 500_000, new RopeScaling.None()));
    assertThat(plain[28] / scaled[28]).isEqualTo(1, within(1e-4));
    assertThat(plain[29] / scaled[29]).isBetween(1.01, 1.5);
    assertThat(plain[34] / scaled[34]).isBetween(3.0, 7.99);
    assertThat(plain[35] / scaled[35]).isEqualTo(8, within(1e-2));
  }

  /** Qwen2.5 with its documented YaRN block: 32 turns in 32768 tokens end at pair 23, one at 40. */
  @Test
  void yarnKeepsShortWavesAndStretchesLongOnes() {
    RopeScaling scaling = new RopeScaling.Yarn(4, 32, 1, 32768, 1, true);
    double[] scaled = frequencies(config(128, 1_000_000, scaling));
    double[] plain = frequencies(config(128, 1_000_000, new RopeScaling.None()));
    assertThat(plain[23] / scaled[23]).isEqualTo(1, within(1e-3));
    assertThat(plain[24] / scaled[24]).isBetween(1.01, 1.2);
    assertThat(plain[39] / scaled[39]).isBetween(2.5, 3.99);
    assertThat(plain[40] / scaled[40]).isEqualTo(4, within(1e-2));
  }

  /** Sines at position 1, where angles are frequencies. */
  private static double[] frequencies(ModelConfig config) {
    float[] sines = RotaryTable.compute(ScaledRotary.of(config), 2, 0, 2).sines();
    double[] frequencies = new double[config.headDim() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.asin(sines[config.headDim() + frequencies.length + i]);
    }
    return frequencies;
  }
}
