package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContinuousBatcherTest {
  private static final int VOCABULARY = 26;
  private static final int MAX_LENGTH = 40;

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "8,1", "2,2", "8,4", "5,3"})
  void outputsEqualANaiveLoopWhateverSlotsAndSessions(int slots, int sessions) throws Exception {
    FakeModel model = new FakeModel(VOCABULARY, slots, MAX_LENGTH);
    NaiveGenerator naive = new NaiveGenerator(VOCABULARY, MAX_LENGTH, Set.of(0));
    ExecutorService threads = Executors.newFixedThreadPool(sessions);
    try (ContinuousBatcher batcher =
        ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), slots)) {
      List<Future<?>> tasks = new ArrayList<>();
      for (int task = 0; task < sessions; task++) {
        int seed = task;
        tasks.add(threads.submit(() -> compare(batcher, naive, slots, seed)));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void rowsAreLetInWhileTheirTokensFitIntoTheCache() {
    FakeModel model = new FakeModel(VOCABULARY, 8, MAX_LENGTH);
    model.cacheTokens = 3 * MAX_LENGTH - 1;
    List<Integer> used = new ArrayList<>();
    model.watch = step -> used.add(step.counts().length * longest(step));
    NaiveGenerator naive = new NaiveGenerator(VOCABULARY, MAX_LENGTH, Set.of(0));
    try (ContinuousBatcher batcher =
        ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), 8)) {
      compare(batcher, naive, 2, 7);
    }
    assertThat(used).allMatch(tokens -> tokens <= model.cacheTokens);
  }

  @Test
  void theRowsOfPrefixesCountToo() {
    FakeModel model = new FakeModel(VOCABULARY, 8, MAX_LENGTH);
    model.prefixRows = 4;
    model.cacheTokens = 6 * MAX_LENGTH - 1;
    List<Integer> used = new ArrayList<>();
    model.watch = step -> used.add((4 + step.counts().length) * longest(step));
    NaiveGenerator naive = new NaiveGenerator(VOCABULARY, MAX_LENGTH, Set.of(0));
    try (ContinuousBatcher batcher =
        ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), 8)) {
      compare(batcher, naive, 2, 7);
    }
    assertThat(used).allMatch(tokens -> tokens <= model.cacheTokens);
  }

  @Test
  void aRowThatExceedsTheCacheRunsAlone() {
    FakeModel model = new FakeModel(VOCABULARY, 4, MAX_LENGTH);
    model.cacheTokens = 1;
    NaiveGenerator naive = new NaiveGenerator(VOCABULARY, MAX_LENGTH, Set.of(0));
    try (ContinuousBatcher batcher =
        ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), 4)) {
      compare(batcher, naive, 1, 3);
    }
  }

  @Test
  void aStepWithoutMemoryGoesOnWithHalfOfTheRows() {
    FakeModel model = new FakeModel(VOCABULARY, 8, MAX_LENGTH);
    List<Integer> widths = new ArrayList<>();
    model.watch =
        step -> {
          widths.add(step.counts().length);
          if (step.counts().length > 3) {
            throw new IllegalStateException("CUDA out of memory. Tried to allocate 2.00 GiB.");
          }
        };
    NaiveGenerator naive = new NaiveGenerator(VOCABULARY, MAX_LENGTH, Set.of(0));
    try (ContinuousBatcher batcher =
        ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), 8)) {
      compare(batcher, naive, 2, 11);
    }
    assertThat(widths.stream().filter(width -> width > 3).count()).isBetween(1L, 3L);
  }

  @Test
  void slotsAreInUseWhileTheirRowsRun() {
    FakeModel model = new FakeModel(VOCABULARY, 3, MAX_LENGTH);
    List<Integer> inUse = new ArrayList<>();
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), 3);
        GenerationSession session = batcher.open("task")) {
      model.watch = step -> inUse.add(batcher.slotsInUse());
      for (int tokens : new int[] {2, 4}) {
        SamplingParameters sampling =
            SamplingParameters.DEFAULTS
                .with(SamplingParameter.MAX_TOKENS, tokens)
                .with(SamplingParameter.IGNORE_EOS, true);
        session.submit(new GenerationRequest("of " + tokens, new int[] {1, 2}, sampling));
      }
      session.next();
      session.next();
      assertThat(batcher.slotsInUse()).isZero();
    }
    assertThat(inUse).containsExactly(2, 2, 1, 1);
  }

  @Test
  void aRowThatAloneHasNoMemoryFailsAlone() {
    FakeModel model = new FakeModel(VOCABULARY, 4, MAX_LENGTH);
    model.watch =
        step -> {
          if (longest(step) > 20) {
            throw new IllegalStateException("CUDA out of memory. Tried to allocate 2.00 GiB.");
          }
        };
    SamplingParameters ten =
        SamplingParameters.DEFAULTS
            .with(SamplingParameter.MAX_TOKENS, 10)
            .with(SamplingParameter.IGNORE_EOS, true);
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(0), 4);
        GenerationSession session = batcher.open("task", () -> false)) {
      int[] lengths = {3, 30, 5};
      for (int length : lengths) {
        int[] prompt = IntStream.range(0, length).map(i -> 1 + i % 5).toArray();
        session.submit(new GenerationRequest("of " + length, prompt, ten));
      }
      List<GenerationResult> results = List.of(session.next(), session.next(), session.next());
      assertThat(results.get(1).error())
          .hasMessageContaining("the row alone needs more memory than the device has left");
      assertThat(results.get(0).completions().get(0).tokenIds()).hasSize(10);
      assertThat(results.get(2).completions().get(0).tokenIds()).hasSize(10);
    }
  }

  private static int longest(LanguageModel.Step step) {
    return IntStream.range(0, step.counts().length)
        .map(slot -> step.starts()[slot] + step.counts()[slot])
        .max()
        .orElseThrow();
  }

  private static void compare(
      ContinuousBatcher batcher, NaiveGenerator naive, int slots, int seed) {
    Random random = new Random(seed);
    List<GenerationRequest> requests = new ArrayList<>();
    try (GenerationSession session = batcher.open("task " + seed)) {
      for (int i = 0; i < 60; i++) {
        GenerationRequest request = RandomRequests.next(random, "row " + i, VOCABULARY, slots);
        requests.add(request);
        session.submit(request);
      }
      for (GenerationRequest request : requests) {
        GenerationResult result = session.next();
        assertThat(result.error()).isNull();
        Completions.assertSame(result.completions(), naive.generate(request), request);
      }
      assertThat(session.pending()).isZero();
    }
  }
}
