package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.BaseNDManager;
import io.pinion.ProcessStatus;
import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.schedule.BatchSettings;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ContinuousBatcherMemoryTest {
  @Test
  void tenThousandStepsLeaveNoTensorAndNoMemoryBehind() throws Exception {
    FakeModel model = new FakeModel(26, 4, 40);
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(0), 4);
        GenerationSession session = batcher.open("t")) {
      Random random = new Random(5);
      run(session, random, model, 500);
      long before = ProcessStatus.residentKilobytes();
      run(session, random, model, 1500);
      assertThat(model.manager.getManagedArrays()).isEmpty();
      assertThat(ProcessStatus.residentKilobytes() - before).isLessThan(64_000);
    }
  }

  @Test
  void aGeneratorThatCannotBeOpenedLeavesNoModuleOfItsSamplerBehind() throws Exception {
    FakeModel model = new FakeModel(26, 4, 40);
    int before = managers(model);
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  ContinuousBatcher.open(
                      model,
                      new LetterTokenizer(26),
                      List.of(0),
                      new BatchSettings(4, false, 64),
                      batch -> {
                        throw new OutOfMemoryError("made up");
                      },
                      Duration.ofHours(1)))
          .hasMessage("made up");
    }
    assertThat(managers(model)).isEqualTo(before);
    assertThat(model.closed).isFalse();
    model.close();
  }

  /** How many managers of tensors and modules are open in this JVM. */
  private static int managers(FakeModel model) throws Exception {
    Field resources = BaseNDManager.class.getDeclaredField("resources");
    resources.setAccessible(true);
    return ((Map<?, ?>) resources.get(model.manager.getParentManager())).size();
  }

  private static void run(
      GenerationSession session, Random random, FakeModel model, int untilSteps) {
    while (model.steps < untilSteps) {
      for (int i = 0; i < 20; i++) {
        session.submit(RandomRequests.next(random, "row " + i, 26, 4));
      }
      while (session.pending() > 0) {
        assertThat(session.next().error()).isNull();
      }
    }
  }
}
