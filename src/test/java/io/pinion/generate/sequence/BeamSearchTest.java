package io.pinion.generate.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.Completion;
import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.generate.sample.ReferenceSampler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Beams wide enough to hold every sequence find the best ones of an exhaustive search. */
class BeamSearchTest {
  private static final int VOCABULARY = 5;
  private static final int LENGTH = 3;
  private static final int WIDTH = 125;

  private record Scored(List<Integer> tokens, double mean) {}

  @Test
  void wideBeamsEqualBruteForce() {
    FakeModel model = new FakeModel(VOCABULARY, WIDTH, 20);
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(VOCABULARY), List.of(), WIDTH);
        GenerationSession session = batcher.open("t")) {
      for (int prompt = 0; prompt < VOCABULARY; prompt++) {
        session.submit(new GenerationRequest("r", new int[] {prompt, 2}, sampling()));
      }
      for (int prompt = 0; prompt < VOCABULARY; prompt++) {
        assertBest(session.next().completions(), new int[] {prompt, 2});
      }
    }
  }

  private static SamplingParameters sampling() {
    return new SamplingParameters(
        0, 1, 0, 0, 1, 0, 0, LENGTH, 0, List.of(), List.of(), 0, 10, WIDTH, true);
  }

  private static void assertBest(List<Completion> found, int[] prompt) {
    List<Scored> all = new ArrayList<>();
    enumerate(prompt, List.of(), 0, all);
    all.sort(Comparator.comparingDouble((Scored scored) -> -scored.mean));
    assertThat(found).hasSize(10);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).tokenIds())
          .isEqualTo(all.get(i).tokens.stream().mapToInt(Integer::intValue).toArray());
      double sum = 0;
      for (float logprob : found.get(i).logprobs()) {
        sum += logprob;
      }
      assertThat(sum / LENGTH).isCloseTo(all.get(i).mean, Offset.offset(1e-4));
    }
  }

  private static void enumerate(
      int[] sequence, List<Integer> tokens, double sum, List<Scored> all) {
    if (tokens.size() == LENGTH) {
      all.add(new Scored(tokens, sum / LENGTH));
      return;
    }
    float[] logits = FakeModel.logits(sequence, VOCABULARY);
    double[] wide = new double[VOCABULARY];
    java.util.Arrays.setAll(wide, i -> logits[i]);
    double[] logprobs = ReferenceSampler.logSoftmax(wide);
    for (int token = 0; token < VOCABULARY; token++) {
      int[] longer = java.util.Arrays.copyOf(sequence, sequence.length + 1);
      longer[sequence.length] = token;
      List<Integer> chosen = new ArrayList<>(tokens);
      chosen.add(token);
      enumerate(longer, chosen, sum + logprobs[token], all);
    }
  }
}
