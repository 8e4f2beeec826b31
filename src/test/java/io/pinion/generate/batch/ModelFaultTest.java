package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A device that fails at any call, once: the rows of that batch are lost, and none after. */
class ModelFaultTest {
  private static final int[] SHARED = new Random(3).ints(40, 1, 26).toArray();

  private final FakeModel model = new FakeModel(26, 4, 80);
  private final NaiveGenerator naive = new NaiveGenerator(26, 80, Set.of(0));
  private int calls;

  /** Completions, beams and penalties, with prompts that begin alike. */
  private static List<GenerationRequest> requests(int seed) {
    Random random = new Random(seed);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < 8; row++) {
      int[] prompt = SHARED.clone();
      prompt[20 + random.nextInt(20)] = 1 + random.nextInt(25);
      int beams = row % 3 == 0 ? 2 : 0;
      SamplingParameters sampling =
          new SamplingParameters(
              beams > 0 ? 0 : row % 2,
              1,
              0,
              0,
              1,
              row % 4 == 1 ? 0.5 : 0,
              0,
              3 + random.nextInt(6),
              0,
              List.of(),
              List.of(),
              seed,
              beams > 0 ? 1 : 1 + row % 2,
              beams,
              true);
      requests.add(new GenerationRequest("row " + row, prompt, sampling));
    }
    return requests;
  }

  private int run(GenerationSession session, List<GenerationRequest> requests) {
    requests.forEach(session::submit);
    int lost = 0;
    for (GenerationRequest request : requests) {
      try {
        Completions.assertSame(session.next().completions(), naive.generate(request), request);
      } catch (GenerationException e) {
        lost++;
      }
    }
    return lost;
  }

  @Test
  void aCallThatFailsLosesItsBatchAlone() {
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(0), 4);
        GenerationSession session = batcher.open("t")) {
      model.onCall = () -> calls++;
      assertThat(run(session, requests(0))).isZero();
      int all = calls;
      assertThat(all).isGreaterThan(20);
      for (int at = 0; at < all; at++) {
        int failing = at;
        calls = 0;
        model.onCall =
            () -> {
              if (calls++ == failing) {
                throw failing % 2 == 0
                    ? new IllegalStateException("the device failed")
                    : sneaky(new OutOfMemoryError("made up"));
              }
            };
        // At most as many as there are slots share the batch that is lost.
        assertThat(run(session, requests(at))).isBetween(0, 4);
        model.onCall = () -> {};
        assertThat(run(session, requests(at))).isZero();
      }
      assertThat(model.manager.getManagedArrays()).isEmpty();
    }
  }

  private static RuntimeException sneaky(Error error) {
    throw error;
  }
}
