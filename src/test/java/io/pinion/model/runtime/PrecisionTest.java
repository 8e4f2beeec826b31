package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.LanguageModel;
import io.pinion.model.LanguageModel.Step;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.StepSliceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a dtype costs in accuracy: SmolLM2-135M-Instruct led along the texts that transformers wrote
 * in f32. Prints the share of places where the likeliest token is the same, and how far the log
 * probability of the text's token is off on average.
 */
@EnabledIfEnvironmentVariable(named = "PINION_TEST_MODEL", matches = ".+")
class PrecisionTest {

  @ParameterizedTest
  @CsvSource({"f32, 0.99, 0.001", "bf16, 0.95, 0.05", "int8, 0.85, 0.2"})
  void aTypeGivesNearlyTheTokensOfF32(String dtype, double leastShare, double mostDifference)
      throws IOException {
    DtypeChoice type;
    try {
      type = DtypeChoice.of(dtype, Device.cpu(), 0);
    } catch (ModelException e) {
      assumeTrue(false, e.getMessage());
      return;
    }
    // Longest first: the texts that are not at their end are always the first slots.
    List<JsonNode> rows = new ArrayList<>();
    for (String line :
        Files.readAllLines(Path.of("src/test/resources/golden/smollm2_greedy.jsonl"))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    rows.sort(Comparator.comparingInt(row -> -row.get("token_ids").size()));
    int places = 0;
    int equal = 0;
    double difference = 0;
    try (Checkpoint checkpoint = Checkpoints.open(Path.of(System.getenv("PINION_TEST_MODEL")));
        LanguageModel model =
            TestModels.load(
                checkpoint,
                ModelLayout.of(checkpoint.config(), List.of(Device.cpu()), type),
                new ModelLimits(rows.size(), 512, Runtime.getRuntime().availableProcessors()))) {
      for (int i = 0; i < rows.get(0).get("token_ids").size(); i++) {
        int place = i;
        List<JsonNode> open =
            rows.stream().filter(row -> row.get("token_ids").size() > place).toList();
        float[] logits;
        try (NDArray all = model.forward(step(open, place))) {
          logits = all.toFloatArray();
        }
        int width = logits.length / open.size();
        for (int slot = 0; slot < open.size(); slot++) {
          float[] own = Arrays.copyOfRange(logits, slot * width, (slot + 1) * width);
          int token = open.get(slot).get("token_ids").get(i).asInt();
          places++;
          equal += likeliest(own) == token ? 1 : 0;
          double expected = open.get(slot).get("logprobs").get(i).asDouble();
          difference += Math.abs(logprob(own, token) - expected);
        }
      }
    }
    double share = (double) equal / places;
    double mean = difference / places;
    System.out.printf(
        "%s: %d places, %.4f equal tokens, mean absolute logprob difference %.4f%n",
        dtype, places, share, mean);
    assertThat(share).isGreaterThan(leastShare);
    assertThat(mean).isLessThan(mostDifference);
  }

  /** The prompts, or the texts' tokens before a place. */
  private static Step step(List<JsonNode> rows, int place) {
    int[] counts = new int[rows.size()];
    int[] starts = new int[rows.size()];
    List<Integer> tokens = new ArrayList<>();
    for (int slot = 0; slot < counts.length; slot++) {
      int[] prompt = ints(rows.get(slot).get("prompt_token_ids"));
      int[] next =
          place == 0 ? prompt : new int[] {rows.get(slot).get("token_ids").get(place - 1).asInt()};
      counts[slot] = next.length;
      starts[slot] = place == 0 ? 0 : prompt.length + place - 1;
      Arrays.stream(next).forEach(tokens::add);
    }
    return new Step(
        tokens.stream().mapToInt(Integer::intValue).toArray(),
        counts,
        starts,
        StepSliceTest.lastTokens(counts));
  }

  private static int likeliest(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double logprob(float[] logits, int token) {
    double most = logits[likeliest(logits)];
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - most);
    }
    return logits[token] - most - Math.log(sum);
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
