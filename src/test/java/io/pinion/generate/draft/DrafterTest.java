package io.pinion.generate.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.MergeTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.batch.Completions;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.generate.batch.GuidedRequests;
import io.pinion.generate.batch.RandomRequests;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.sequence.AllowedTokens;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.model.LanguageModel.Step;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generation with drafts against that without, by a model that quotes and one that does not. */
class DrafterTest {
  private static final int LETTERS = 26;
  private static final int MAX_LENGTH = 120;
  private static final MergeTokenizer TOKENIZER = new MergeTokenizer(GuidedRequests.CORPUS, 120);
  private static final int VOCABULARY = TOKENIZER.vocabulary().size() + 3;

  private final List<Step> steps = new ArrayList<>();

  private FakeModel quoting(int vocabularySize, int slots) {
    FakeModel model = new FakeModel(vocabularySize, slots, MAX_LENGTH);
    model.quotes = true;
    model.watch = steps::add;
    return model;
  }

  private static List<GenerationResult> generate(
      FakeModel model, Tokenizer tokenizer, int drafts, List<GenerationRequest> requests) {
    BatchSettings settings = new BatchSettings(model.slots(), false, 512, drafts);
    List<Integer> ends = List.of(tokenizer == TOKENIZER ? TOKENIZER.end : 0);
    List<GenerationResult> results = new ArrayList<>();
    try (ContinuousBatcher batcher = ContinuousBatcher.open(model, tokenizer, ends, settings);
        GenerationSession session = batcher.open("t")) {
      requests.forEach(session::submit);
      requests.forEach(request -> results.add(session.next()));
    }
    return results;
  }

  private static void assertSame(
      List<GenerationResult> found,
      List<GenerationResult> expected,
      List<GenerationRequest> requests) {
    for (int i = 0; i < requests.size(); i++) {
      assertThat(String.valueOf(found.get(i).error()))
          .isEqualTo(String.valueOf(expected.get(i).error()));
      Completions.assertSame(
          found.get(i).completions(), expected.get(i).completions(), requests.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 8, 0.95", "2, 3, 8, 0.97", "3, 6, 32, 0.95", "4, 1, 2, 0.99"})
  void guidedRowsAreTheSameInFewerSteps(long seed, int slots, int drafts, double share) {
    GuidedRequests guided = new GuidedRequests(TOKENIZER, VOCABULARY);
    Random random = new Random(seed);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      requests.add(guided.next(random, "row " + i, slots));
    }
    assertSameInFewerSteps(requests, TOKENIZER, VOCABULARY, slots, drafts, share);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 8, 0.9", "2, 3, 8, 0.9", "3, 6, 32, 0.9", "4, 1, 2, 0.9"})
  void rowsOfTextAreTheSameInFewerSteps(long seed, int slots, int drafts, double share) {
    Random random = new Random(seed);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      requests.add(RandomRequests.next(random, "row " + i, LETTERS, slots));
    }
    LetterTokenizer letters = new LetterTokenizer(LETTERS);
    assertSameInFewerSteps(requests, letters, LETTERS, slots, drafts, share);
  }

  private void assertSameInFewerSteps(
      List<GenerationRequest> requests,
      Tokenizer tokenizer,
      int vocabulary,
      int slots,
      int drafts,
      double share) {
    FakeModel without = quoting(vocabulary, slots);
    FakeModel with = quoting(vocabulary, slots);
    List<GenerationResult> expected = generate(without, tokenizer, 0, requests);
    assertSame(generate(with, tokenizer, drafts, requests), expected, requests);
    assertThat((double) with.steps / without.steps).isLessThan(share);
  }

  private static GenerationRequest greedy(String prompt, int maxTokens, double penalty, int beams) {
    SamplingParameters sampling =
        new SamplingParameters(
            0, 1, 0, 0, penalty, 0, 0, maxTokens, 0, List.of(), List.of(), 0, 1, beams, true);
    return new GenerationRequest("r", new LetterTokenizer(LETTERS).encode(prompt, false), sampling);
  }

  private String text(int slots, int drafts, GenerationRequest... requests) {
    return generate(
            quoting(LETTERS, slots), new LetterTokenizer(LETTERS), drafts, List.of(requests))
        .get(0)
        .completions()
        .get(0)
        .text();
  }

  @Test
  void aStepReadsTheLastTokenAndItsDraftsAndChoosesAfterEach() {
    assertThat(text(1, 8, greedy("abcabcab", 12, 1, 0))).isEqualTo("cabcabcabcab");
    assertThat(steps).hasSize(3);
    assertThat(steps.get(0).counts()).containsExactly(8);
    assertThat(steps.get(0).outputs()).containsExactly(7);
    assertThat(steps.get(1).starts()).containsExactly(8);
    assertThat(steps.get(1).counts()).containsExactly(8);
    assertThat(steps.get(1).outputs()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    // Three tokens are left, of which the last needs no pass.
    assertThat(steps.get(2).starts()).containsExactly(16);
    assertThat(steps.get(2).counts()).containsExactly(3);
  }

  @Test
  void draftsShareWhatRowsLeaveOfTheStep() {
    GenerationRequest row = greedy("abcabcab", 30, 1, 0);
    text(3, 8, row, row, row);
    List<Step> begun = steps.stream().filter(step -> step.counts().length == 3).skip(1).toList();
    assertThat(begun.get(0).counts()).containsExactly(3, 3, 2);
  }

  @Test
  void aStepThatIsFullWithoutThemHasNoDrafts() {
    GenerationRequest row = greedy("abcabcab", 20, 1, 0);
    text(8, 8, row, row, row, row, row, row, row, row);
    assertThat(steps).hasSize(20);
    assertThat(steps.subList(1, 20)).allMatch(step -> Arrays.equals(step.counts(), ones(8)));
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Test
  void penalisedRowsAndBeamsHaveNone() {
    text(1, 8, greedy("abcabcab", 12, 1.01, 0));
    text(2, 8, greedy("abcabcab", 12, 1, 2));
    assertThat(steps).filteredOn(step -> step.starts()[0] > 0).isNotEmpty();
    assertThat(steps)
        .filteredOn(step -> step.starts()[0] > 0)
        .allMatch(step -> Arrays.stream(step.counts()).allMatch(count -> count == 1));
  }

  @Test
  void whatOneRowGeneratedIsDraftedForTheNext() {
    FakeModel model = new FakeModel(LETTERS, 1, MAX_LENGTH);
    GenerationRequest row = greedy("pinion", 24, 1, 0);
    List<Integer> ends = new ArrayList<>();
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(
                model, new LetterTokenizer(LETTERS), List.of(), new BatchSettings(1, false, 512));
        GenerationSession session = batcher.open("t")) {
      for (int i = 0; i < 2; i++) {
        session.submit(row);
        session.next();
        ends.add(model.steps);
      }
    }
    assertThat(ends.get(0)).isGreaterThan(15);
    assertThat(ends.get(1) - ends.get(0)).isLessThan(8);
  }

  private static Sequence sequence(String prompt) {
    return new Sequence(
        new SequenceGroup(
            null,
            greedy(prompt, 9, 1, 0),
            MAX_LENGTH,
            new LetterTokenizer(LETTERS).vocabulary(),
            new AllowedTokens(LETTERS, new LetterTokenizer(LETTERS).vocabulary()),
            java.util.Set.of()),
        0);
  }

  @Test
  void theGuessIsWhatFollowedTheLongestMatchThenTheLatest() {
    assertThat(next("abcxybcybc", 1)).isEqualTo("y");
    assertThat(next("abcxzbcyabc", 1)).isEqualTo("x");
    assertThat(next("axayb", 1)).isEmpty();
    assertThat(next("axaya", 1)).isEqualTo("y");
    assertThat(next("axaya", 2)).isEmpty();
    assertThat(next("a", 1)).isEmpty();
    assertThat(next("aa", 1)).isEqualTo("a");
  }

  private static String next(String prompt, int least) {
    int token = PromptLookup.next(sequence(prompt), least);
    return token < 0 ? "" : String.valueOf((char) ('`' + token));
  }
}
