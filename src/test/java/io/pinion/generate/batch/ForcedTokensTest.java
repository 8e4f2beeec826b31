package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.Completion;
import io.pinion.generate.FakeModel;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.MergeTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
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

  private static GenerationRequest guided(String request, int n, int maxTokens, boolean closes) {
    SamplingParameters sampling =
        new SamplingParameters(
            1, 1, 0, 0, 1, 0, 0, maxTokens, 0, List.of(), List.of(), 0, n, 0, false);
    Guide guide =
        Guides.of(TOKENIZER.vocabulary()).guide(GuideRequest.parse(request, JsonOptions.DEFAULT));
    return new GenerationRequest("r", new int[] {3, 4}, sampling, guide, closes);
  }

  @Test
  void aTextWithoutAnyChoiceNeedsNoForwardPass() {
    FakeModel model = new FakeModel(VOCABULARY, 4, MAX_LENGTH);
    GenerationRequest request = guided("{\"choice\": [\"customer: né\"]}", 3, 40, true);
    List<Completion> completions =
        generate(List.of(request), new BatchSettings(4, false, 512), model).get(0).completions();
    int[] canonical = TOKENIZER.encode("customer: né", false);
    assertThat(model.steps).isZero();
    assertThat(completions).hasSize(3);
    for (Completion completion : completions) {
      assertThat(completion.text()).isEqualTo("customer: né");
      assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
      assertThat(completion.tokenIds()).containsExactly(canonical);
      assertThat(completion.logprobs()).containsOnly(0);
    }
  }

  @Test
  void forcedTokensGoIntoThePassOfTheTokenBeforeThem() {
    FakeModel model = new FakeModel(VOCABULARY, 1, MAX_LENGTH);
    List<Integer> counts = new ArrayList<>();
    model.watch = step -> counts.add(step.counts()[0]);
    GenerationRequest request = guided("{\"regex\": \"kind:[xyz],tags:[pqr]\"}", 1, 40, false);
    Completion completion =
        generate(List.of(request), new BatchSettings(1, false, 512), model)
            .get(0)
            .completions()
            .get(0);
    int head = TOKENIZER.encode("kind:", false).length;
    int middle = TOKENIZER.encode(",tags:", false).length;
    assertThat(completion.text()).matches("kind:[xyz],tags:[pqr]");
    assertThat(counts).containsExactly(2 + head, 1 + middle);
    for (int i = 0; i < completion.logprobs().length; i++) {
      boolean chosen = i == head || i == head + 1 + middle;
      assertThat(completion.logprobs()[i] == 0).as("token %d", i).isEqualTo(!chosen);
    }
  }

  @Test
  void forcedTokensCountForMaxTokensAndTheEnd() {
    String request = "{\"regex\": \"kind:[xyz],tags:[pqr]{3}\"}";
    for (int maxTokens = 1; maxTokens < 12; maxTokens++) {
      for (boolean closes : new boolean[] {false, true}) {
        GenerationRequest guided = guided(request, 2, maxTokens, closes);
        GenerationResult plain = generate(List.of(guided), new BatchSettings(2, true, 512)).get(0);
        GenerationResult fast = generate(List.of(guided), new BatchSettings(2, false, 512)).get(0);
        assertSame(fast, plain, guided);
        if (closes) {
          assertThat(fast.completions().get(0).text()).matches("kind:[xyz],tags:[pqr]{3}");
        } else {
          assertThat(fast.completions().get(0).tokenIds()).hasSizeLessThanOrEqualTo(maxTokens);
        }
      }
    }
  }

  @Test
  void theRandomRowsAreWorthComparing() {
    List<GenerationRequest> requests = random(1, 250, 1);
    FakeModel plain = new FakeModel(VOCABULARY, 1, MAX_LENGTH);
    FakeModel fast = new FakeModel(VOCABULARY, 1, MAX_LENGTH);
    List<GenerationResult> results = generate(requests, new BatchSettings(1, true, 512), plain);
    generate(requests, new BatchSettings(1, false, 512), fast);
    assertThat(fast.steps).isLessThan(plain.steps * 3 / 4);
    assertThat(results.stream().filter(r -> r.error() != null).count()).isLessThan(25);
  }

  @Test
  void aGuideThatCannotEvenBeginFailsItsRowAlone() {
    StringBuilder grammar = new StringBuilder("start: r0");
    for (int i = 1; i < 30_000; i++) {
      grammar.append("|r").append(i);
    }
    for (int i = 0; i < 30_000; i++) {
      grammar.append("\nr").append(i).append(": \"a\" r").append(i).append(" \"b\" | \"c\"");
    }
    Guide wide =
        Guides.of(TOKENIZER.vocabulary())
            .guide(
                new GuideRequest(
                    GuideRequest.Kind.GRAMMAR, grammar.toString(), JsonOptions.DEFAULT));
    GenerationRequest good = guided("{\"choice\": [\"yes\", \"no\"]}", 1, 9, false);
    GenerationRequest bad =
        new GenerationRequest("bad", new int[] {3}, good.sampling(), wide, false);
    List<GenerationResult> results =
        generate(List.of(good, bad, good), new BatchSettings(4, false, 512));
    assertThat(results.get(1).error()).hasMessageContaining("guide: the guide needs more than");
    assertThat(results.get(0).error()).isNull();
    assertThat(results.get(2).error()).isNull();
  }
}
