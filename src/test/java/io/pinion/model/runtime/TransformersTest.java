package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.LanguageModel;
import io.pinion.model.LanguageModel.Step;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.huggingface.JsonFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tiny random models written by transformers itself, with the logits that it computed ({@code
 * src/test/resources/transformers/make_fixtures.py}).
 */
class TransformersTest {
  private static final Path FOLDER = Path.of("src/test/resources/transformers");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama-tied",
        "llama-biases",
        "llama3-rope",
        "llama-linear",
        "mistral-window",
        "qwen2-yarn",
        "qwen2-upper-window",
        "qwen3",
        "qwen3-biases"
      })
  void logitsAreThoseOfTransformers(String name) {
    JsonNode expected = JsonFile.read(FOLDER.resolve(name).resolve("expected.json"));
    int[] tokens = ints(expected.path("token_ids"));
    try (Checkpoint checkpoint = Checkpoints.open(FOLDER.resolve(name));
        LanguageModel model =
            TestModels.load(
                checkpoint, List.of(Device.cpu(), Device.cpu()), TensorType.F32, 1, 64);
        NDArray logits =
            model.forward(
                new Step(
                    tokens,
                    new int[] {tokens.length},
                    new int[] {0},
                    new int[] {tokens.length - 1}))) {
      float[] found = logits.toFloatArray();
      assertThat(found).hasSize(expected.path("logits").size());
      for (int i = 0; i < found.length; i++) {
        double logit = expected.path("logits").get(i).asDouble();
        assertThat((double) found[i]).as("token %d", i).isCloseTo(logit, within(2e-3));
      }
    }
  }

  private static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).asInt()).toArray();
  }
}
