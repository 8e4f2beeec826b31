package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is wrong with one row fails that row; its neighbours get what they get without it. */
class RowIsolationTest {
  private static final int HOSTILE = 9;

  private final FakeModel model = new FakeModel(26, 8, 40);
  private final LetterTokenizer letters = new LetterTokenizer(26);
  private final ContinuousBatcher batcher =
      ContinuousBatcher.open(model, new FailingTokenizer(letters), List.of(0), 8);
  private final NaiveGenerator naive = new NaiveGenerator(26, 40, java.util.Set.of(0));
  private final Guides guides = Guides.of(letters.vocabulary());

  @AfterEach
  void close() {
    batcher.close();
  }

  /** Fails in a way of which no one has heard for texts with {@code zz}. */
  private record FailingTokenizer(Tokenizer letters) implements Tokenizer {
    @Override
    public int[] encode(String text, boolean addSpecialTokens) {
      if (text.contains("xx")) {
        throw new IllegalStateException("no one expects this");
      }
      return letters.encode(text, addSpecialTokens);
    }

    @Override
    public Vocabulary vocabulary() {
      return letters.vocabulary();
    }

    @Override
    public void close() {}
  }

  private Guide guide(String json) {
    return guides.guide(GuideRequest.parse(json, new JsonOptions(false, 0)));
  }

  private static SamplingParameters sampling(
      double temperature, double presence, int minTokens, int n, int beamWidth) {
    return new SamplingParameters(
        temperature,
        1,
        0,
        0,
        1,
        presence,
        0,
        6,
        minTokens,
        List.of(),
        List.of(),
        4,
        n,
        beamWidth,
        false);
  }

  /** The hostile row's tokens from 1 to another, exclusive, get the probability 0. */
  private void forbid(int end) {
    model.change =
        (sequence, logits) -> {
          if (sequence[0] == HOSTILE) {
            Arrays.fill(logits, 1, end, Float.NEGATIVE_INFINITY);
          }
        };
  }

  private void assertFailsAlone(GenerationRequest hostile, String message) {
    GenerationRequest plain =
        new GenerationRequest("plain", new int[] {3, 4}, sampling(1, 0, 0, 2, 0));
    GenerationRequest counted =
        new GenerationRequest("counted", new int[] {5}, sampling(0, 1, 0, 1, 0));
    GenerationRequest guided =
        new GenerationRequest(
            "guided",
            new int[] {4, 4},
            sampling(1, 0, 0, 1, 0),
            guide("{\"regex\": \"[a-y]{4}\"}"),
            true);
    GenerationResult alone;
    try (GenerationSession session = batcher.open("alone")) {
      session.submit(guided);
      alone = session.next();
    }
    try (GenerationSession session = batcher.open("t");
        GenerationSession other = batcher.open("neighbour")) {
      session.submit(plain);
      session.submit(hostile);
      other.submit(counted);
      other.submit(guided);
      Completions.assertSame(session.next().completions(), naive.generate(plain), plain);
      assertThat(session.next().error()).hasMessageContaining(message);
      Completions.assertSame(other.next().completions(), naive.generate(counted), counted);
      Completions.assertSame(other.next().completions(), alone.completions(), guided);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1, 0", "1, 0, 1, 0", "1, 1, 1, 0", "0, 1, 1, 0", "1, 0, 3, 0"})
  void allowedTokensOfProbabilityZero(double temperature, double presence, int n, int beams) {
    forbid(4);
    assertFailsAlone(
        new GenerationRequest(
            "r",
            new int[] {HOSTILE},
            sampling(temperature, presence, 0, n, beams),
            guide("{\"regex\": \"[a-c]{3}\"}"),
            false),
        "probability 0");
  }

  @Test
  void allowedTokensOfProbabilityZeroInBeamSearch() {
    forbid(4);
    assertFailsAlone(
        new GenerationRequest(
            "r",
            new int[] {HOSTILE},
            sampling(0, 0, 0, 1, 2),
            guide("{\"regex\": \"[a-c]{3}\"}"),
            false),
        "no token is allowed");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "0, 3"})
  void logitsThatAreNotNumbersFromTheSecondTokenOn(double temperature, int beams) {
    model.change =
        (sequence, logits) -> {
          if (sequence[0] == HOSTILE && sequence.length > 1) {
            logits[20] = Float.NaN;
          }
        };
    assertFailsAlone(
        new GenerationRequest(
            "r", new int[] {HOSTILE}, sampling(temperature, 0, 5, 1, beams), null, false),
        "NaN");
  }

  @Test
  void onlyEndTokensHaveProbabilityBeforeMinTokens() {
    forbid(26);
    assertFailsAlone(
        new GenerationRequest("r", new int[] {HOSTILE}, sampling(1, 0, 3, 1, 0)), "probability 0");
  }

  @ParameterizedTest
  @CsvSource({"xx", "ab?xx[a-c]"})
  void anExceptionThatNoCheckForesaw(String regex) {
    assertFailsAlone(
        new GenerationRequest(
            "r",
            new int[] {HOSTILE},
            sampling(1, 0, 0, 1, 0),
            guide("{\"regex\": \"" + regex + "\"}"),
            true),
        "please report this: java.lang.IllegalStateException: no one expects this");
  }

  @Test
  void aGuideThatNeedsTooMuchWorkInTheMiddleOfTheText() {
    // What may follow the "d" is nothing, which takes a quarter of a million states to see.
    assertFailsAlone(
        new GenerationRequest(
            "r",
            new int[] {HOSTILE},
            sampling(1, 0, 0, 1, 0),
            guide("{\"regex\": \"[a-c](?:e|d(?=[ab]*a[ab]{17}f)(?=[ab]*b[ab]{17}f)[abf]*)\"}"),
            true),
        "guide: the guide needs more than 200000 steps");
  }
}
