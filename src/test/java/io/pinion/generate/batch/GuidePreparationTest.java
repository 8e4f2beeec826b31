package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.GuideState;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A guide's first work is its own task's: no other row waits for it. */
class GuidePreparationTest {
  private final FakeModel model = new FakeModel(26, 4, 64);
  private final LetterTokenizer letters = new LetterTokenizer(26);
  private final Guides guides = Guides.of(letters.vocabulary());

  private static GenerationRequest request(int maxTokens, Guide guide) {
    SamplingParameters sampling =
        new SamplingParameters(
            1, 1, 0, 0, 1, 0, 0, maxTokens, 0, List.of(), List.of(), 0, 1, 0, false);
    return new GenerationRequest("row", new int[] {3}, sampling, guide, true);
  }

  private Guide guide(String regex) {
    return guides.guide(
        GuideRequest.parse("{\"regex\": \"" + regex + "\"}", new JsonOptions(false, 0)));
  }

  @Test
  void aRowIsPreparedWhileAnotherTaskHoldsTheLease() throws Exception {
    ExecutorService tasks = Executors.newSingleThreadExecutor();
    CountDownLatch stepping = new CountDownLatch(1);
    CountDownLatch prepared = new CountDownLatch(1);
    model.watch =
        step -> {
          stepping.countDown();
          try {
            prepared.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (ContinuousBatcher batcher = ContinuousBatcher.open(model, letters, List.of(0), 4)) {
      Future<?> holder =
          tasks.submit(
              () -> {
                try (GenerationSession session = batcher.open("holder")) {
                  session.submit(request(4, null));
                  return session.next();
                }
              });
      stepping.await();
      try (GenerationSession session = batcher.open("guided")) {
        // Would wait for ever if it needed the lease.
        session.submit(request(8, guide("[a-c]{2,6}d")));
        prepared.countDown();
        assertThat(session.next().completions().get(0).text()).matches("[a-c]{2,6}d");
      }
      holder.get();
    } finally {
      tasks.shutdownNow();
    }
  }

  @Test
  void theFirstStepOfARowBuildsNothingMore() {
    Guide guide = guide("[a-c]{2,6}d(?:ef|eg)");
    long before = guide.lexer().pool().bytes();
    try (ContinuousBatcher batcher = ContinuousBatcher.open(model, letters, List.of(0), 4);
        GenerationSession session = batcher.open("t")) {
      session.submit(request(12, guide));
      long prepared = guide.lexer().pool().bytes();
      assertThat(prepared).isGreaterThan(before);
      GuideState state = guide.start();
      state.mask(new long[1]);
      state.closingTokens();
      assertThat(guide.lexer().pool().bytes()).isEqualTo(prepared);
      assertThat(model.steps).isZero();
    }
  }
}
