package io.pinion.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.pinion.model.LanguageModel.Step;
import org.junit.jupiter.api.Test;

class StepIndexTest {
  @Test
  void allIndicesOfAStepAreOneTensor() {
    Step step =
        new Step(new int[] {7, 8, 9, 6}, new int[] {3, 1}, new int[] {0, 40}, new int[] {3});
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      StepIndex index = StepIndex.of(StepSlice.whole(step), manager);
      assertThat(manager.getManagedArrays()).hasSize(1);
      long[] all = index.tensor().toLongArray();
      assertThat(all).startsWith(7, 8, 9, 6, 0, 1, 2, 40, 0, 0, 0, 1, 3);
      assertThat(index.sizes()).startsWith(4, 4, 4, 1, 4);
      // Two groups, as the sequences have one and three new tokens.
      assertThat(index.sizes()).hasSize(StepIndex.PARTS + 2 * AttentionGroup.TENSORS);
      assertThat(index.numbers()).hasSize(2 * AttentionGroup.NUMBERS);
      assertThat(java.util.stream.LongStream.of(index.sizes()).sum()).isEqualTo(all.length);
    }
  }
}
