package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.sun.management.ThreadMXBean;
import io.pinion.model.LanguageModel;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotary tables follow the rows of the cache, whatever context a model claims. */
class RotaryTablesTest {
  private static final long MAX_ALLOCATED = 256L << 20;

  private static RandomCheckpoint checkpoint() {
    TinyModel model = new TinyModel("llama").tied().scaling(new RopeScaling.Linear(4));
    return new RandomCheckpoint(model.stored(TensorType.F32).config(), 4);
  }

  private static LanguageModel open(RandomCheckpoint checkpoint, boolean kernels) {
    ModelLayout fastest =
        ModelLayout.of(
            checkpoint.config(), List.of(Device.cpu()), new DtypeChoice(TensorType.F32, false));
    ModelLayout layout =
        new ModelLayout(fastest.devices(), fastest.type(), fastest.matrices(), kernels, false);
    return TestModels.load(checkpoint, layout, new ModelLimits(2, Integer.MAX_VALUE, 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aContextOfTwoThousandMillionTokensCostsNothingBeforeItIsUsed(boolean kernels) {
    RandomCheckpoint checkpoint = checkpoint();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    try (LanguageModel model = open(checkpoint, kernels)) {
      assertThat(model.maxLength()).isEqualTo(Integer.MAX_VALUE);
    }
    long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    assertThat(after - before).isLessThan(MAX_ALLOCATED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void positionsBehindTheFirstTablesAreTheReferenceDecoders(boolean kernels) {
    RandomCheckpoint checkpoint = checkpoint();
    int[] tokens = new java.util.Random(8).ints(1100, 0, 64).toArray();
    double[][] expected = new ReferenceDecoder(checkpoint).logits(tokens);
    try (LanguageModel model = open(checkpoint, kernels)) {
      for (int from = 0; from < tokens.length; from += 100) {
        int[] part = java.util.Arrays.copyOfRange(tokens, from, from + 100);
        float[] logits = ForwardContract.logits(model, part, new int[] {100}, new int[] {from});
        for (int i = 0; i < logits.length; i++) {
          assertThat((double) logits[i])
              .as("token %d", from)
              .isCloseTo(expected[from + 99][i], within(2e-3));
        }
      }
    }
  }
}
