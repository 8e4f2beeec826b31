package io.pinion.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fast path against the plain one, and both against a loop that tries every byte. */
class ForcedTokensTest {
  private static final int MAX_LENGTH = 120;
  private static final MergeTokenizer TOKENIZER = new MergeTokenizer(GuidedRequests.CORPUS, 120);
  // Some models have more logits than their tokenizer has tokens.
  private static final int VOCABULARY = TOKENIZER.vocabulary().size() + 3;

  private static List<GenerationResult> generate(
      List<GenerationRequest> requests, BatchSettings settings) {
    return generate(requests, settings, new FakeModel(VOCABULARY, settings.slots(), MAX_LENGTH));
  }

  private static List<GenerationResult> generate(
      List<GenerationRequest> requests, BatchSettings settings, FakeModel model) {
    List<GenerationResult> results = new ArrayList<>();
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, TOKENIZER, List.of(TOKENIZER.end), settings);
        GenerationSession session = batcher.open("t")) {
      requests.forEach(session::submit);
      requests.forEach(request -> results.add(session.next()));
    }
    return results;
  }

  private static List<GenerationRequest> random(long seed, int count, int slots) {
    GuidedRequests requests = new GuidedRequests(TOKENIZER, VOCABULARY);
    Random random = new Random(seed);
    List<GenerationRequest> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(requests.next(random, "row " + i, slots));
    }
    return all;
  }

  private static void assertSame(GenerationResult found, GenerationResult expected, Object about) {
    if (expected.error() == null) {
      assertThat(found.error()).as("%s", about).isNull();
    } else {
      assertThat(found.error()).as("%s", about).hasMessage(expected.error().getMessage());
    }
    Completions.assertSame(found.completions(), expected.completions(), about);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 512", "2, 4, 1", "3, 4, 7", "4, 8, 512", "5, 8, 13"})
  void theFastPathEqualsThePlainOneWhateverSlotsAndBudget(long seed, int slots, int budget) {
    List<GenerationRequest> requests = random(seed, 250, slots);
    List<GenerationResult> plain = generate(requests, new BatchSettings(slots, true, 512));
    List<GenerationResult> fast = generate(requests, new BatchSettings(slots, false, budget));
    for (int i = 0; i < requests.size(); i++) {
      assertSame(fast.get(i), plain.get(i), requests.get(i));
    }
  }

  @Test
  void bothEqualALoopThatTriesEveryByteAndToken() {
    List<GenerationRequest> requests =
        random(6, 150, 3).stream()
            .map(
                r ->
                    new GenerationRequest(
                        r.rowId(), r.promptTokenIds(), r.sampling(), r.guide(), false))
            .toList();
    NaiveGenerator naive =
        new NaiveGenerator(TOKENIZER, VOCABULARY, MAX_LENGTH, Set.of(TOKENIZER.end));
    List<GenerationResult> fast = generate(requests, new BatchSettings(3, false, 512));
    int compared = 0;
    for (int i = 0; i < requests.size(); i++) {
      if (fast.get(i).error() == null) {
        List<Completion> expected = naive.generate(requests.get(i));
        Completions.assertSame(fast.get(i).completions(), expected, requests.get(i));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(120);
  }
}
