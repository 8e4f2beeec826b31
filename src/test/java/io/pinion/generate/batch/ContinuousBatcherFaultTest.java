package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.Completion;
import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContinuousBatcherFaultTest {
  private final FakeModel model = new FakeModel(26, 4, 16);
  private final ContinuousBatcher batcher =
      ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(0), 4);
  private final NaiveGenerator naive = new NaiveGenerator(26, 16, java.util.Set.of(0));

  @AfterEach
  void close() {
    batcher.close();
  }

  private static GenerationRequest request(SamplingParameters sampling, int... prompt) {
    return new GenerationRequest("r", prompt, sampling);
  }

  private static SamplingParameters sampling(int n, int beamWidth, Integer... stopTokens) {
    return new SamplingParameters(
        0, 1, 0, 0, 1, 0, 0, 6, 0, List.of(), List.of(stopTokens), 0, n, beamWidth, true);
  }

  private void assertFault(GenerationRequest request, String message) {
    GenerationRequest good = request(SamplingParameters.DEFAULTS, 3, 4);
    try (GenerationSession session = batcher.open("t")) {
      session.submit(request);
      session.submit(good);
      GenerationResult result = session.next();
      assertThat(result.error()).hasMessageContaining(message);
      assertThat(result.completions()).isEmpty();
      Completions.assertSame(session.next().completions(), naive.generate(good), good);
    }
  }

  @Test
  void anEmptyPromptFailsItsRowOnly() {
    assertFault(request(SamplingParameters.DEFAULTS), "the prompt is empty");
  }

  @Test
  void aPromptThatLeavesNoRoomFailsItsRowOnly() {
    assertFault(
        request(SamplingParameters.DEFAULTS, new int[16]),
        "prompt has 16 tokens; max-model-length is 16, leaving no room: shorten it or raise"
            + " model.max-model-length");
  }

  @Test
  void aTokenOutsideTheVocabularyFailsItsRowOnly() {
    assertFault(request(SamplingParameters.DEFAULTS, 3, 26), "token id 26, outside the model's");
    assertFault(request(sampling(1, 0, 99), 3), "stop-token-ids has 99, outside the model's");
  }

  @Test
  void moreCompletionsOrBeamsThanSlotsFailTheirRowOnly() {
    assertFault(request(sampling(5, 0), 3), "n must be at most batch.slots, 4, is 5");
    assertFault(request(sampling(1, 5), 3), "beam-width must be at most batch.slots, 4, is 5");
  }

  @Test
  void samplingValuesOutOfRangeAreAllNamed() {
    SamplingParameters wrong =
        new SamplingParameters(
            -1,
            1.5,
            -2,
            2,
            0,
            Double.NaN,
            1 / 0.,
            0,
            -1,
            List.of(""),
            List.of(-4),
            0,
            0,
            -1,
            false);
    assertThat(wrong.problems())
        .containsExactly(
            "temperature must be a number from 0 to 100, is -1.0",
            "top-p must be a number above 0 and at most 1, is 1.5",
            "top-k must be an integer, 0 or more, is -2",
            "min-p must be a number from 0 to 1, is 2.0",
            "repetition-penalty must be a number from 0.01 to 100, is 0.0",
            "presence-penalty must be a number from -2 to 2, is NaN",
            "frequency-penalty must be a number from -2 to 2, is Infinity",
            "max-tokens must be an integer, 1 or more, is 0",
            "min-tokens must be an integer, 0 or more, is -1",
            "stop must be a list of non-empty strings, has ''",
            "stop-token-ids must be a list of integers, 0 or more, has -4",
            "n must be an integer from 1 to 1024, is 0",
            "beam-width must be an integer from 0 to 1024, is -1");
    assertFault(request(wrong, 3), "top-p must be a number above 0 and at most 1, is 1.5");
    assertThat(SamplingParameters.DEFAULTS.problems()).isEmpty();
  }

  @Test
  void aFailedStepFailsEveryRowInFlightAndTheNextRowsRun() {
    GenerationRequest request = request(sampling(2, 0), 3);
    try (GenerationSession one = batcher.open("one");
        GenerationSession two = batcher.open("two")) {
      one.submit(request);
      two.submit(request);
      model.failure = new IllegalStateException("the driver failed on gpu(0)");
      assertThatThrownBy(one::next)
          .isInstanceOf(GenerationException.class)
          .hasMessageContaining("row r of task one")
          .hasMessageContaining("the driver failed on gpu(0)");
      model.failure = null;
      assertThatThrownBy(two::next).isInstanceOf(GenerationException.class);
      two.submit(request);
      Completions.assertSame(two.next().completions(), naive.generate(request), request);
    }
  }

  @Test
  void closingASessionFreesItsSlotsForOthers() {
    GenerationRequest wide = request(sampling(4, 0), 3);
    GenerationRequest quick = request(SamplingParameters.DEFAULTS, 7, 8);
    GenerationSession leaver = batcher.open("leaver");
    try (GenerationSession stayer = batcher.open("stayer")) {
      stayer.submit(quick);
      leaver.submit(wide);
      leaver.submit(quick);
      stayer.next();
      leaver.close();
      leaver.close();
      assertThat(leaver.pending()).isZero();
      stayer.submit(wide);
      Completions.assertSame(stayer.next().completions(), naive.generate(wide), wide);
    }
  }

  @Test
  void sessionsTakeTurnsForSlots() {
    try (GenerationSession greedy = batcher.open("many rows");
        GenerationSession modest = batcher.open("one row")) {
      for (int i = 0; i < 100; i++) {
        greedy.submit(request(sampling(1, 0), 1 + i % 20));
      }
      modest.submit(request(sampling(1, 0), 3));
      modest.next();
      assertThat(model.steps).isLessThan(10);
    }
  }

  @Test
  void promptsAreTakenInByTheBudgetOfAStep() {
    FakeModel roomy = new FakeModel(26, 8, 5000);
    try (ContinuousBatcher wide =
            ContinuousBatcher.open(roomy, new LetterTokenizer(26), List.of(0), 8);
        GenerationSession session = wide.open("t")) {
      int[] lengths = {900, 900, 900, 3000, 10, 2000};
      for (int row = 0; row < lengths.length; row++) {
        int[] prompt = new int[lengths[row]];
        // No prompt begins like another.
        prompt[0] = row;
        session.submit(request(sampling(1, 0), prompt));
      }
      for (int length : lengths) {
        assertThat(session.next().promptTokens()).isEqualTo(length);
      }
      assertThat(roomy.largestPrefill).isEqualTo(512);
      // 7710 tokens are 16 budgets; the last row has 5 more steps.
      assertThat(roomy.steps).isEqualTo(16 + 5);
    }
  }

  @Test
  void aRowWhoseLogitsAreNotNumbersFailsAlone() {
    model.poison = 9;
    try (GenerationSession session = batcher.open("t")) {
      session.submit(request(sampling(2, 0), 9));
      session.submit(request(sampling(2, 2), 9));
      session.submit(request(sampling(1, 0), 3));
      assertThat(session.next().error()).hasMessageContaining("NaN");
      assertThat(session.next().error()).hasMessageContaining("NaN");
      assertThat(session.next().error()).isNull();
    }
  }

  @Test
  void beamsNeverTakeATokenThatMinTokensForbids() {
    FakeModel tiny = new FakeModel(3, 8, 16);
    SamplingParameters sampling =
        new SamplingParameters(0, 1, 0, 0, 1, 0, 0, 4, 4, List.of(), List.of(1), 0, 3, 8, false);
    try (ContinuousBatcher narrow =
            ContinuousBatcher.open(tiny, new LetterTokenizer(3), List.of(0), 8);
        GenerationSession session = narrow.open("t")) {
      session.submit(request(sampling, 2));
      List<Completion> completions = session.next().completions();
      assertThat(completions).hasSize(1);
      assertThat(completions.get(0).tokenIds()).containsExactly(2, 2, 2, 2);
    }
  }

  @Test
  void beamsWithNothingAllowedFailTheirRow() {
    FakeModel tiny = new FakeModel(3, 8, 16);
    SamplingParameters sampling =
        new SamplingParameters(0, 1, 0, 0, 1, 0, 0, 4, 4, List.of(), List.of(1, 2), 0, 1, 2, false);
    try (ContinuousBatcher narrow =
            ContinuousBatcher.open(tiny, new LetterTokenizer(3), List.of(0), 8);
        GenerationSession session = narrow.open("t")) {
      session.submit(request(sampling, 2));
      assertThat(session.next().error()).hasMessageContaining("no token is allowed");
    }
  }

  @Test
  void anInterruptedTaskStopsAndTheOthersGoOn() {
    GenerationRequest request = request(sampling(1, 0), 3);
    try (GenerationSession killed = batcher.open("killed");
        GenerationSession other = batcher.open("other")) {
      killed.submit(request);
      other.submit(request);
      Thread.currentThread().interrupt();
      assertThatThrownBy(killed::next)
          .isInstanceOf(CancellationException.class)
          .hasMessageContaining("task killed");
      assertThat(Thread.interrupted()).isTrue();
      Completions.assertSame(other.next().completions(), naive.generate(request), request);
    }
  }

  @Test
  void nothingPendingAndAClosedGeneratorAreRefused() {
    GenerationSession session = batcher.open("late");
    assertThatThrownBy(session::next).isInstanceOf(NoSuchElementException.class);
    batcher.close();
    assertThat(model.closed).isTrue();
    assertThatThrownBy(() -> session.submit(request(SamplingParameters.DEFAULTS, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("task late");
  }

  @Test
  void slotsBeyondTheModelsAreRefused() {
    assertThatThrownBy(() -> ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(), 5))
        .hasMessageContaining("batch.slots must be 1 to 4, is 5");
  }
}
