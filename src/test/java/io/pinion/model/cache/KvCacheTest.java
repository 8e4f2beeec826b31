package io.pinion.model.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.pinion.model.LanguageModel;
import io.pinion.model.decoder.StepSlice;
import io.pinion.torch.TorchScriptModule;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sizes of a cache of two stages, which are recorded instead of allocated. */
class KvCacheTest {
  private static final int SLOTS = 64;

  private final Recording cache = new Recording(Long.MAX_VALUE);

  @Test
  void aStageWithoutMemoryLeavesAllStagesAsTheyWere() {
    cache.begin(step(2, 30));
    List<int[]> before = cache.sizes();
    cache.failing = 1;
    assertThatThrownBy(() -> cache.begin(step(8, 900))).hasMessage("out of memory");
    cache.failing = -1;
    assertThat(cache.sizes()).usingRecursiveComparison().isEqualTo(before);
    cache.begin(step(8, 900));
    assertThat(cache.sizes()).allMatch(size -> size[0] >= 8 && size[1] >= 900);
  }

  @Test
  void nothingIsResizedForAStepThatFits() {
    cache.begin(step(4, 100));
    int resizes = cache.resizes;
    cache.begin(step(4, 100));
    cache.begin(step(3, 99));
    assertThat(cache.resizes).isEqualTo(resizes);
  }

  @Test
  void beyondItsCapacityItKeepsNoUnusedRows() {
    Recording small = new Recording(8 * 1024);
    small.begin(step(40, 32));
    assertThat(small.sizes()).allMatch(size -> size[0] >= 40);
    small.begin(step(3, 2000));
    assertThat(small.sizes()).allMatch(size -> size[0] == 3 && size[1] >= 2000);
    small.begin(step(1, 9000));
    assertThat(small.sizes()).allMatch(size -> size[0] == 1 && size[1] >= 9000);
  }

  @Test
  void beyondItsCapacityItKeepsNoLengthInReserve() {
    BlockedKvCache small = new BlockedKvCache(List.of(), List.of(), SLOTS, 10 * 1000);
    small.begin(step(6, 900));
    assertThat(small.length()).isBetween(900, 1000);
    small.begin(step(6, 960));
    assertThat(small.length()).isEqualTo(960);
    small.begin(step(6, 961));
    assertThat(small.length()).isEqualTo(992);
  }

  @Test
  void itsGrowthIsKnownBeforeAStep() {
    cache.begin(step(2, 30));
    long before = tokens();
    long growth = cache.growth(step(8, 900));
    assertThat(tokens()).isEqualTo(before);
    cache.begin(step(8, 900));
    assertThat(growth).isPositive().isEqualTo(tokens() - before);
    assertThat(cache.growth(step(8, 900))).isZero();
    assertThat(cache.growth(step(1, 10))).isZero();
  }

  private long tokens() {
    return (long) cache.sizes().get(0)[0] * cache.sizes().get(0)[1];
  }

  private static LanguageModel.Step step(int sequences, int length) {
    int[] counts = new int[sequences];
    int[] starts = new int[sequences];
    Arrays.fill(counts, 1);
    Arrays.fill(starts, length - 1);
    return new LanguageModel.Step(new int[sequences], counts, starts, new int[0]);
  }

  private static final class Recording extends KvCache {
    private final int[][] sizes = {{1, STEP}, {1, STEP}};
    private int failing = -1;
    private int next;
    private int resizes;

    Recording(long capacity) {
      super(Arrays.asList(null, null), List.of(Device.cpu(), Device.cpu()), 0, SLOTS, capacity);
    }

    List<int[]> sizes() {
      return Arrays.stream(sizes).map(int[]::clone).toList();
    }

    @Override
    void resize(TorchScriptModule stage, int rows, int length) {
      int index = next;
      next = (next + 1) % sizes.length;
      if (index == failing && rows * length > sizes[index][0] * sizes[index][1]) {
        next = 0;
        throw new IllegalStateException("out of memory");
      }
      sizes[index] = new int[] {rows, length};
      resizes++;
    }

    @Override
    int fitting(int needed, int now) {
      return new ContiguousKvCache(stages, List.of(), SLOTS, 0).fitting(needed, now);
    }

    @Override
    long blocks(int tokens) {
      return tokens;
    }

    @Override
    public Arguments arguments(StepSlice slice, NDManager scope) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void copySlots(int[] from, int[] to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void savePrefix(int prefix, int slot, int tokens) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void dropPrefix(int prefix) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void loadPrefix(int prefix, int[] into, int tokens) {
      throw new UnsupportedOperationException();
    }
  }
}
