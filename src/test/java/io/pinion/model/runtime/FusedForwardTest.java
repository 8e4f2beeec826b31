package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import io.pinion.model.LanguageModel;
import io.pinion.model.TensorType;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.KernelLevels;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FusedForwardTest extends ForwardContract {
  @Override
  boolean kernels() {
    return true;
  }

  @BeforeEach
  void kernelsAreThere() {
    assumeTrue(CpuKernels.available(Device.cpu()), "this build or processor has no kernels");
  }

  @AfterEach
  void firstLevelAgain() {
    if (CpuKernels.available(Device.cpu())) {
      assertThat(KernelLevels.use(CpuKernels.level())).isNull();
    }
  }

  static Stream<Arguments> levelsAndNames() {
    return Stream.of("avx2", "avx512", "avx512_bf16")
        .flatMap(level -> names().map(name -> Arguments.of(level, name)));
  }

  @ParameterizedTest
  @MethodSource("levelsAndNames")
  void everyLevelIsCloseToTheReferenceInBothTypes(String level, String name) {
    String obstacle = KernelLevels.use(level);
    assumeTrue(obstacle == null, obstacle);
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 24);
    int[] tokens = tokens(25, 77);
    double[] expected = new ReferenceDecoder(checkpoint).logits(tokens)[76];
    assertThat(distance(checkpoint, TensorType.F32, tokens, expected)).isLessThan(1e-5);
    // Weights, hidden states and cache have eight bits of mantissa.
    assertThat(distance(checkpoint, TensorType.BF16, tokens, expected)).isLessThan(0.05);
  }

  /** The root of the mean square of the differences, as a share of that of the numbers. */
  private double distance(
      RandomCheckpoint checkpoint, TensorType type, int[] tokens, double[] expected) {
    try (LanguageModel model = load(checkpoint, 1, type, false, 4, 2)) {
      int half = tokens.length / 2;
      logits(model, Arrays.copyOf(tokens, half), new int[] {half}, new int[] {0});
      int[] rest = Arrays.copyOfRange(tokens, half, tokens.length);
      float[] found = logits(model, rest, new int[] {rest.length}, new int[] {half});
      double off = 0;
      double size = 0;
      for (int i = 0; i < expected.length; i++) {
        off += Math.pow(found[i] - expected[i], 2);
        size += Math.pow(expected[i], 2);
      }
      return Math.sqrt(off / size);
    }
  }
}
