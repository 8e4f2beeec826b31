package io.pinion.generate.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.batch.Completions;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.generate.batch.NaiveGenerator;
import io.pinion.generate.batch.RandomRequests;
import io.pinion.model.LanguageModel.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefillSchedulerTest {
  private static final int VOCABULARY = 26;

  private final FakeModel model = new FakeModel(VOCABULARY, 4, 200);
  private final List<Step> steps = new ArrayList<>();

  private ContinuousBatcher batcher(int budget) {
    model.watch = steps::add;
    return ContinuousBatcher.open(
        model, new LetterTokenizer(VOCABULARY), List.of(0), new BatchSettings(4, false, budget, 0));
  }

  private static GenerationRequest request(int promptTokens, int maxTokens) {
    int[] prompt = IntStream.range(0, promptTokens).map(i -> 1 + i % 20).toArray();
    SamplingParameters sampling =
        new SamplingParameters(
            0, 1, 0, 0, 1, 0, 0, maxTokens, 0, List.of(), List.of(), 0, 1, 0, true);
    return new GenerationRequest("r", prompt, sampling);
  }

  /** Each row in a session of its own: they take turns, whatever their lengths. */
  private static void run(ContinuousBatcher batcher, GenerationRequest... requests) {
    try (batcher) {
      List<GenerationSession> sessions = new ArrayList<>();
      for (GenerationRequest request : requests) {
        sessions.add(batcher.open("task " + sessions.size()));
        sessions.get(sessions.size() - 1).submit(request);
      }
      sessions.forEach(GenerationSession::next);
      sessions.forEach(GenerationSession::close);
    }
  }

  @Test
  void aLongPromptIsTakenInWhileAnotherRowGoesOn() {
    run(batcher(7), request(3, 30), request(100, 5));
    // 3 and 4 tokens, then 7 a step beside the one token of the first row.
    assertThat(steps.get(0).counts()).containsExactly(3, 4);
    assertThat(steps.get(0).outputs()).containsExactly(2);
    for (int i = 1; i < 14; i++) {
      assertThat(steps.get(i).counts()).containsExactly(1, 7);
      assertThat(steps.get(i).outputs()).containsExactly(0);
    }
    assertThat(steps.get(14).counts()).containsExactly(1, 5);
    assertThat(steps.get(14).outputs()).containsExactly(0, 5);
    assertThat(steps.get(15).counts()).containsExactly(1, 1);
    assertThat(steps).hasSize(30);
  }

  @Test
  void aPromptThatEndsInsideTheBudgetLeavesRoomForTheNext() {
    run(batcher(10), request(4, 2), request(4, 2), request(9, 2), request(2, 2), request(1, 2));
    assertThat(steps.get(0).counts()).containsExactly(4, 4, 2);
    assertThat(steps.get(0).outputs()).containsExactly(3, 7);
    assertThat(steps.get(1).counts()).containsExactly(1, 1, 7, 2);
    assertThat(steps.get(1).outputs()).containsExactly(0, 1, 8, 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 512})
  void randomRowsComeOutTheSameWithinEveryBudget(int budget) {
    NaiveGenerator naive = new NaiveGenerator(VOCABULARY, 200, Set.of(0));
    Random random = new Random(budget);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      GenerationRequest any = RandomRequests.next(random, "row " + i, VOCABULARY, 4);
      int[] prompt = random.ints(1 + random.nextInt(80), 0, VOCABULARY).toArray();
      requests.add(new GenerationRequest(any.rowId(), prompt, any.sampling()));
    }
    try (ContinuousBatcher batcher = batcher(budget);
        GenerationSession session = batcher.open("t")) {
      requests.forEach(session::submit);
      for (GenerationRequest request : requests) {
        Completions.assertSame(session.next().completions(), naive.generate(request), request);
      }
    }
    assertThat(steps).allMatch(step -> Arrays.stream(step.counts()).allMatch(count -> count > 0));
    // Rows of text without a guide have one new token each, or a share of the budget.
    assertThat(steps).allMatch(step -> prompts(step) <= budget);
  }

  private static int prompts(Step step) {
    return Arrays.stream(step.counts()).filter(count -> count > 1).sum();
  }

  @Test
  void aRowThatIsGivenUpHalfwayLeavesItsSlotAndItsShare() {
    try (ContinuousBatcher batcher = batcher(5);
        GenerationSession stayer = batcher.open("stayer")) {
      GenerationSession leaver = batcher.open("leaver");
      stayer.submit(request(1, 3));
      leaver.submit(request(150, 3));
      stayer.next();
      leaver.close();
      steps.clear();
      stayer.submit(request(9, 3));
      stayer.next();
    }
    assertThat(steps.get(0).counts()).containsExactly(5);
    assertThat(steps.get(1).counts()).containsExactly(4);
  }
}
