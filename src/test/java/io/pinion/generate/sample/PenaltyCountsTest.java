package io.pinion.generate.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PenaltyCountsTest {
  private static final int VOCABULARY = 5;

  private final Sampler sampler =
      Sampler.open(Device.cpu(), VOCABULARY, 4, (operation, tensors) -> {});
  private final PenaltyCounts counts = sampler.penaltyCounts();

  @AfterEach
  void close() {
    sampler.close();
  }

  private float[] of(int slot) {
    float[] all = counts.table().toFloatArray();
    return Arrays.copyOfRange(all, slot * 2 * VOCABULARY, (slot + 1) * 2 * VOCABULARY);
  }

  @Test
  void promptsAreMarkedAndCompletionsCounted() {
    int slot = counts.start(new int[] {1, 3, 1});
    counts.add(new int[] {slot, slot, slot}, new int[] {0, 4, 4});
    assertThat(of(slot)).containsExactly(0, 1, 0, 1, 0, 1, 0, 0, 0, 2);
  }

  @Test
  void aCopyGoesItsOwnWay() {
    int slot = counts.start(new int[] {2});
    int copy = counts.copy(slot);
    counts.add(new int[] {copy, slot, copy}, new int[] {1, 3, 1});
    assertThat(of(slot)).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 1, 0);
    assertThat(of(copy)).containsExactly(0, 0, 1, 0, 0, 0, 2, 0, 0, 0);
  }

  @Test
  void freeSlotsAreUsedAgainAndHoldNothing() {
    int first = counts.start(new int[] {0});
    int second = counts.start(new int[] {1});
    counts.free(first);
    counts.free(PenaltyCounts.NONE);
    assertThat(counts.start(new int[] {4})).isEqualTo(first);
    assertThat(of(first)).startsWith(0, 0, 0, 0, 1);
    assertThat(of(second)).startsWith(0, 1, 0, 0, 0);
    assertThat(sampler.keptTensors()).isEqualTo(1);
    counts.clear();
    assertThat(sampler.keptTensors()).isZero();
  }
}
