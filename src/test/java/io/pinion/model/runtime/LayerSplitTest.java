package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.decoder.Stage;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerSplitTest {
  @ParameterizedTest
  @CsvSource({
    "1 1 1 1, 2, 2 4",
    "1 1 1 1, 4, 1 2 3 4",
    "1 1 1 1, 1, 4",
    "5 1 1 1 1 1, 2, 1 6",
    "3 1 1 1 1 1 1 1 4, 3, 3 8 9",
    "1 1 1 9, 2, 3 4"
  })
  void theLargestStageIsAsSmallAsCanBe(String bytes, int stages, String ends) {
    long[] sizes = Arrays.stream(bytes.split(" ")).mapToLong(Long::parseLong).toArray();
    int[] expected = Arrays.stream(ends.split(" ")).mapToInt(Integer::parseInt).toArray();
    assertThat(largest(sizes, LayerSplit.ends(sizes, stages))).isEqualTo(largest(sizes, expected));
  }

  @Test
  void noOtherSplitHasASmallerLargestStage() {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      long[] sizes = random.longs(3 + random.nextInt(6), 1, 20).toArray();
      int[] ends = LayerSplit.ends(sizes, 3);
      long least = Long.MAX_VALUE;
      for (int first = 1; first < sizes.length - 1; first++) {
        for (int second = first + 1; second < sizes.length; second++) {
          least = Math.min(least, largest(sizes, new int[] {first, second, sizes.length}));
        }
      }
      assertThat(largest(sizes, ends)).as(Arrays.toString(sizes)).isEqualTo(least);
    }
  }

  private static long largest(long[] sizes, int[] ends) {
    long largest = 0;
    int from = 0;
    for (int end : ends) {
      assertThat(end).isGreaterThan(from);
      largest = Math.max(largest, Arrays.stream(sizes, from, end).sum());
      from = end;
    }
    assertThat(from).isEqualTo(sizes.length);
    return largest;
  }

  /** Eight layers and a vocabulary of which each matrix weighs more than all of them. */
  private static ModelConfig wide(ModelConfig c) {
    return new ModelConfig(
        c.architecture(),
        100_000,
        c.hiddenSize(),
        c.intermediateSize(),
        8,
        c.heads(),
        c.keyValueHeads(),
        c.headDim(),
        c.maxPositionEmbeddings(),
        c.normEpsilon(),
        c.ropeTheta(),
        c.ropeScaling(),
        c.tiedEmbeddings(),
        c.queryKeyValueBias(),
        c.outputBias(),
        c.mlpBias(),
        c.queryKeyNorm(),
        0,
        Collections.nCopies(8, false),
        c.bosTokenId(),
        c.eosTokenIds(),
        c.settings());
  }

  @Test
  void embeddingAndHeadWeighAsTheyDo() {
    ModelConfig config = wide(RandomCheckpoint.configurations().get("llama tied"));
    ModelLayout layout =
        ModelLayout.of(
            config, Collections.nCopies(3, Device.cpu()), new DtypeChoice(TensorType.F32, false));
    assertThat(LayerSplit.of(config, layout))
        .containsExactly(
            new Stage(0, 1, true, false),
            new Stage(1, 7, false, false),
            new Stage(7, 8, false, true));
  }
}
