package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
      long before = residentKilobytes();
      run(session, random, model, 1500);
      assertThat(model.manager.getManagedArrays()).isEmpty();
      assertThat(residentKilobytes() - before).isLessThan(64_000);
    }
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

  private static long residentKilobytes() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
