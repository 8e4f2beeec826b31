package io.pinion.generate.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.batch.Completions;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.generate.batch.RandomRequests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fake model's cache is the tokens themselves: a wrong copy shows in what comes out. */
class PrefixCacheTest {
  private static final int VOCABULARY = 26;
  private static final int MAX_LENGTH = 160;

  private static FakeModel model(int slots) {
    FakeModel model = new FakeModel(VOCABULARY, slots, MAX_LENGTH);
    model.watch =
        step ->
            assertThat(Arrays.stream(model.prefixes).mapToInt(prefix -> prefix.length).sum())
                .isLessThanOrEqualTo(MAX_LENGTH);
    return model;
  }

  private static ContinuousBatcher open(FakeModel model, boolean plain, int budget) {
    return ContinuousBatcher.open(
        model,
        new LetterTokenizer(VOCABULARY),
        List.of(0),
        new BatchSettings(model.slots(), plain, budget));
  }

  private static List<GenerationResult> generate(
      List<GenerationRequest> requests, FakeModel model, boolean plain, int budget) {
    List<GenerationResult> results = new ArrayList<>();
    try (ContinuousBatcher batcher = open(model, plain, budget);
        GenerationSession session = batcher.open("t")) {
      requests.forEach(session::submit);
      requests.forEach(request -> results.add(session.next()));
    }
    return results;
  }

  private static int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 1, VOCABULARY).toArray();
  }

  private static int[] join(int[] start, int[] rest) {
    int[] all = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, all, start.length, rest.length);
    return all;
  }

  private static GenerationRequest request(int[] prompt, int maxTokens) {
    SamplingParameters sampling =
        new SamplingParameters(
            0, 1, 0, 0, 1, 0, 0, maxTokens, 0, List.of(), List.of(), 0, 1, 0, true);
    return new GenerationRequest("r", prompt, sampling);
  }

  /** Rows of families, each with starts of its own; some prompts are one another's beginnings. */
  private static List<GenerationRequest> families(Random random, int rows, int slots) {
    int families = 1 + random.nextInt(2 * FakeModel.MAX_PREFIXES);
    int[][] starts = new int[families][];
    for (int i = 0; i < families; i++) {
      starts[i] = random.ints(random.nextInt(110), 1, VOCABULARY).toArray();
      // Families that begin alike.
      if (i > 0 && random.nextInt(3) == 0) {
        int length = random.nextInt(starts[i - 1].length + 1);
        starts[i] = Arrays.copyOf(join(Arrays.copyOf(starts[i - 1], length), starts[i]), 110);
      }
    }
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      int[] start = starts[random.nextInt(families)];
      int length = random.nextInt(3) > 0 ? start.length : random.nextInt(start.length + 1);
      int[] rest = random.ints(random.nextInt(4) * random.nextInt(6), 1, VOCABULARY).toArray();
      int[] prompt = join(Arrays.copyOf(start, length), rest);
      GenerationRequest any = RandomRequests.next(random, "row " + row, VOCABULARY, slots);
      requests.add(
          new GenerationRequest(
              any.rowId(), prompt.length == 0 ? new int[] {3} : prompt, any.sampling()));
    }
    return requests;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 512",
    "2, 2, 512",
    "3, 4, 512",
    "4, 8, 512",
    "5, 8, 7",
    "6, 5, 1",
    "7, 3, 40",
    "8, 16, 512",
    "9, 16, 60",
    "10, 6, 25",
    "11, 4, 512",
    "12, 8, 100"
  })
  void rowsWithSharedStartsEqualThePlainPath(long seed, int slots, int budget) {
    List<GenerationRequest> requests = families(new Random(seed), 150, slots);
    List<GenerationResult> plain = generate(requests, model(slots), true, budget);
    List<GenerationResult> fast = generate(requests, model(slots), false, budget);
    long cached = 0;
    for (int i = 0; i < requests.size(); i++) {
      assertThat(fast.get(i).error()).isNull();
      assertThat(plain.get(i).error()).isNull();
      Completions.assertSame(
          fast.get(i).completions(), plain.get(i).completions(), requests.get(i));
      int length = requests.get(i).promptTokenIds().length;
      assertThat(fast.get(i).promptTokens()).isEqualTo(length);
      assertThat(fast.get(i).cachedPromptTokens()).isBetween(0, length - 1);
      assertThat(plain.get(i).cachedPromptTokens()).isZero();
      cached += fast.get(i).cachedPromptTokens();
    }
    assertThat(cached).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "4, 512", "16, 512", "4, 10", "16, 45"})
  void allRowsButTheFirstBeginBehindTheCommonStart(int slots, int budget) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < 30; row++) {
      int[] own = join(new int[] {1 + row % 25}, tokens(row, 8));
      requests.add(request(join(tokens(99, 40), own), 1 + row % 4));
    }
    List<GenerationResult> results = generate(requests, model(slots), false, budget);
    assertThat(results.get(0).cachedPromptTokens()).isZero();
    assertThat(results.subList(1, 30))
        .allSatisfy(result -> assertThat(result.cachedPromptTokens()).isBetween(40, 48));
  }

  @Test
  void rowsThatEndInTheStepOfTheirPromptStillLeaveIt() {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < 33; row++) {
      requests.add(request(join(tokens(99, 40), new int[] {1 + row % 25}), 1));
    }
    FakeModel model = model(8);
    List<GenerationResult> results = generate(requests, model, false, 512);
    assertThat(results.subList(1, 33)).allMatch(result -> result.cachedPromptTokens() == 40);
    assertThat(model.steps).isEqualTo(5);
  }

  @Test
  void equalPromptsRunTheirLastTokenAlone() {
    int[] prompt = tokens(3, 50);
    List<GenerationRequest> requests =
        IntStream.range(0, 9).mapToObj(row -> request(prompt, 5)).toList();
    FakeModel model = model(4);
    List<GenerationResult> results = generate(requests, model, false, 512);
    assertThat(results.subList(1, 9)).allMatch(result -> result.cachedPromptTokens() == 49);
    assertThat(model.largestPrefill).isEqualTo(50);
  }

  @Test
  void startsTooShortToBeWorthItAreRunAgain() {
    List<GenerationRequest> apart = new ArrayList<>();
    for (int token = 1; token < 20; token++) {
      apart.add(
          request(
              join(
                  join(tokens(9, PrefixCache.MIN_TOKENS - 1), new int[] {token}),
                  tokens(token, 20)),
              4));
    }
    assertThat(generate(apart, model(4), false, 512))
        .allMatch(result -> result.cachedPromptTokens() == 0);
  }

  @Test
  void theFamiliesUsedLastStay() {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int round = 0; round < 6; round++) {
      for (int family = 0; family < FakeModel.MAX_PREFIXES; family++) {
        requests.add(request(join(tokens(family, 30), new int[] {1 + round}), 2));
      }
    }
    List<GenerationResult> results =
        generate(requests, model(2 * FakeModel.MAX_PREFIXES), false, 512);
    assertThat(results.subList(FakeModel.MAX_PREFIXES, requests.size()))
        .allMatch(result -> result.cachedPromptTokens() == 30);
  }

  @Test
  void aRowGivenUpBeforeOrAfterItsFirstStepLeavesNothing() {
    Random random = new Random(4);
    FakeModel model = model(4);
    FakeModel slow = model(4);
    int[] start = tokens(5, 60);
    try (ContinuousBatcher batcher = open(model, false, 20);
        ContinuousBatcher plain = open(slow, true, 20);
        GenerationSession stayer = batcher.open("stayer");
        GenerationSession expected = plain.open("expected")) {
      for (int round = 0; round < 40; round++) {
        GenerationSession leaver = batcher.open("leaver");
        for (int i = random.nextInt(4); i >= 0; i--) {
          leaver.submit(request(join(start, tokens(random.nextInt(9), random.nextInt(40))), 30));
        }
        int[] prompt =
            join(Arrays.copyOf(start, 1 + random.nextInt(60)), tokens(random.nextInt(9), 3));
        GenerationRequest request = request(prompt, 1 + random.nextInt(5));
        stayer.submit(request);
        expected.submit(request);
        if (random.nextBoolean()) {
          Completions.assertSame(
              stayer.next().completions(), expected.next().completions(), request);
          leaver.close();
        } else {
          leaver.close();
          Completions.assertSame(
              stayer.next().completions(), expected.next().completions(), request);
        }
      }
    }
  }

  @Test
  void rowsThatFailAreNoSource() {
    FakeModel model = model(4);
    int[] start = tokens(6, 30);
    model.poison = start[0];
    List<GenerationRequest> requests = new ArrayList<>();
    int[] other = tokens(7, 30);
    other[0] = start[0] == 1 ? 2 : 1;
    for (int row = 0; row < 12; row++) {
      requests.add(request(join(row % 2 == 0 ? start : other, new int[] {1 + row}), 3));
    }
    List<GenerationResult> results = generate(requests, model, false, 512);
    List<GenerationResult> plain = generate(requests, model(4), true, 512);
    for (int row = 0; row < 12; row++) {
      if (row % 2 == 0) {
        assertThat(results.get(row).error()).hasMessageContaining("NaN");
      } else {
        Completions.assertSame(
            results.get(row).completions(), plain.get(row).completions(), requests.get(row));
      }
    }
  }

  @Test
  void rowsAfterAFailedStepAreRightAndShareAgain() {
    FakeModel model = model(4);
    int[] start = tokens(8, 50);
    List<GenerationRequest> requests =
        IntStream.range(0, 12).mapToObj(row -> request(join(start, tokens(row, 5)), 24)).toList();
    List<GenerationResult> plain = generate(requests, model(4), true, 512);
    try (ContinuousBatcher batcher = open(model, false, 30)) {
      for (int goodSteps = 0; goodSteps < 6; goodSteps++) {
        model.steps = 0;
        int good = goodSteps;
        model.watch =
            step -> model.failure = model.steps > good ? new IllegalStateException("lost") : null;
        try (GenerationSession session = batcher.open("fails")) {
          requests.forEach(session::submit);
          assertThatThrownBy(session::next).isInstanceOf(GenerationException.class);
        }
        model.watch = step -> {};
        model.failure = null;
        Arrays.fill(model.cache, new int[0]);
        try (GenerationSession session = batcher.open("goes on")) {
          requests.forEach(session::submit);
          for (int row = 0; row < requests.size(); row++) {
            GenerationResult result = session.next();
            Completions.assertSame(result.completions(), plain.get(row).completions(), row);
            assertThat(row == 0 || result.cachedPromptTokens() >= 50).isTrue();
          }
        }
      }
    }
  }
}
