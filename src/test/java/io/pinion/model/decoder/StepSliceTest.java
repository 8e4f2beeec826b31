package io.pinion.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.model.LanguageModel.Step;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

public class StepSliceTest {

  /** Tokens are numbered, so that each tells where in the step it stands. */
  static Step random(Random random) {
    int slots = 1 + random.nextInt(12);
    int most = List.of(1, 3, 50).get(random.nextInt(3));
    int[] counts = random.ints(slots, 1, most + 1).toArray();
    int[] starts = random.ints(slots, 0, 100).toArray();
    int[] tokens = IntStream.range(0, IntStream.of(counts).sum()).toArray();
    int[] outputs =
        IntStream.of(tokens).filter(token -> random.nextInt(3) > 0 || most == 1).toArray();
    return new Step(tokens, counts, starts, outputs);
  }

  /** Where the last token of each slot stands. */
  public static int[] lastTokens(int[] counts) {
    int[] ends = counts.clone();
    Arrays.parallelPrefix(ends, Integer::sum);
    return Arrays.stream(ends).map(end -> end - 1).toArray();
  }

  @Test
  void partsCoverEveryTokenAndEveryOutputOnceInOrder() {
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      Step step = random(random);
      int most = 1 + random.nextInt(5);
      List<StepSlice> slices = StepSlice.split(step, most);
      assertThat(slices).hasSizeBetween(1, most);
      int token = 0;
      int slot = 0;
      int output = 0;
      for (StepSlice slice : slices) {
        assertThat(slice.firstOutput()).isEqualTo(output);
        assertThat(slice.tokenIds()).isNotEmpty();
        int ends = 0;
        for (int at = 0; at < slice.tokenIds().length; slot++) {
          for (int j = 0; j < step.counts()[slot]; j++, at++) {
            assertThat(slice.tokenIds()[at]).isEqualTo(token++);
            assertThat(slice.slots()[at]).isEqualTo(slot);
            assertThat(slice.positions()[at]).isEqualTo(step.starts()[slot] + j);
            if (Arrays.binarySearch(step.outputs(), token - 1) >= 0) {
              assertThat(slice.ends()[ends++]).isEqualTo(at);
              output++;
            }
          }
        }
        assertThat(slice.outputs()).isEqualTo(ends);
        assertThat(slice.ends()).hasSize(Math.max(1, ends));
        assertPlan(slice);
      }
      assertThat(token).isEqualTo(step.tokenIds().length);
      assertThat(slot).isEqualTo(step.counts().length);
      assertThat(output).isEqualTo(step.outputs().length);
    }
  }

  /** Every token is a query of one group, in its own slot and at its own position. */
  private static void assertPlan(StepSlice slice) {
    int tokens = slice.tokenIds().length;
    int[] queries = new int[tokens];
    int before = 0;
    for (AttentionGroup group : slice.plan().groups()) {
      for (int i = 0; i < group.place().length; i++) {
        int token = (int) group.pick()[i];
        assertThat(token).isBetween(0, tokens - 1);
        if (group.place()[i] >= 0) {
          queries[token]++;
          int row = i / group.width();
          long slot = group.span() > 0 ? group.from() + row : group.slots()[row];
          assertThat(group.place()[i]).isEqualTo(slice.positions()[token]);
          assertThat(slot).isEqualTo(slice.slots()[token]);
          assertThat(slice.plan().back()[token]).isEqualTo(before + i);
          assertThat(!group.whole() || token == i).isTrue();
        }
      }
      assertThat(group.whole()).isEqualTo(isWhole(group, slice));
      before += group.place().length;
    }
    assertThat(queries).containsOnly(1);
  }

  private static boolean isWhole(AttentionGroup group, StepSlice slice) {
    return slice.plan().groups().size() == 1
        && Arrays.stream(group.place()).allMatch(place -> place >= 0);
  }

  @Test
  void partsHaveAboutAsManyTokensEach() {
    int[] counts = IntStream.range(0, 64).map(i -> 1 + i % 2).toArray();
    int[] outputs = IntStream.range(0, 64).toArray();
    Step step = new Step(new int[96], counts, new int[64], outputs);
    for (int most = 1; most <= 5; most++) {
      int size = 96 / most;
      assertThat(StepSlice.split(step, most))
          .hasSize(most)
          .allSatisfy(slice -> assertThat(slice.tokenIds().length).isBetween(size - 2, size + 3));
    }
  }

  @Test
  void aLongPromptIsASliceOfItsOwn() {
    Step step = new Step(new int[103], new int[] {1, 100, 1, 1}, new int[4], new int[] {0});
    List<StepSlice> slices = StepSlice.split(step, 2);
    assertThat(slices.stream().mapToInt(slice -> slice.tokenIds().length).sum()).isEqualTo(103);
    assertThat(slices.stream().mapToInt(StepSlice::outputs).sum()).isEqualTo(1);
  }
}
