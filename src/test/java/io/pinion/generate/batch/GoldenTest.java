package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.Completion;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameters;
import io.pinion.text.template.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * SmolLM2-135M-Instruct against what Hugging Face's transformers gave for it in f32. Needs the
 * model: {@code bin/pinion test} fetches it and names it in PINION_TEST_MODEL.
 */
@EnabledIfEnvironmentVariable(named = "PINION_TEST_MODEL", matches = ".+")
class GoldenTest {
  private static final double CLOSE_CALL = 0.01;

  private static List<JsonNode> golden() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line :
        Files.readAllLines(Path.of("src/test/resources/golden/smollm2_greedy.jsonl"))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    return rows;
  }

  @Test
  void greedyInF32EqualsTransformersUpToTheFirstCloseCall() throws IOException {
    ModelOptions options =
        new ModelOptions(System.getenv("PINION_TEST_MODEL"), "", "f32", 0, 8, false, true, 0);
    try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()));
        GenerationSession session = model.generator().open("golden")) {
      List<JsonNode> rows = golden();
      for (JsonNode row : rows) {
        int[] prompt = prompt(model, row);
        assertThat(prompt)
            .as(row.get("id").asText())
            .containsExactly(ints(row.get("prompt_token_ids")));
        session.submit(new GenerationRequest(row.get("id").asText(), prompt, greedy(row)));
      }
      for (JsonNode row : rows) {
        compare(row, session.next());
      }
    }
  }

  private static int[] prompt(LoadedModel model, JsonNode row) {
    List<ChatMessage> messages = new ArrayList<>();
    row.get("messages")
        .forEach(
            m -> messages.add(new ChatMessage(m.get("role").asText(), m.get("content").asText())));
    return model
        .tokenizer()
        .encode(model.chatTemplate().orElseThrow().render(messages, true), false);
  }

  private static SamplingParameters greedy(JsonNode row) {
    SamplingParameters d = SamplingParameters.DEFAULTS;
    return new SamplingParameters(
        0,
        1,
        0,
        0,
        1,
        0,
        0,
        row.get("token_ids").size(),
        0,
        List.of(),
        List.of(),
        0,
        1,
        0,
        d.ignoreEos());
  }

  private static void compare(JsonNode row, GenerationResult result) {
    assertThat(result.error()).isNull();
    Completion completion = result.completions().get(0);
    int[] expected = ints(row.get("token_ids"));
    boolean whole = true;
    for (int i = 0; i < expected.length && whole; i++) {
      if (row.get("margin").get(i).asDouble() < CLOSE_CALL) {
        whole = false;
      } else {
        assertThat(completion.tokenIds()[i])
            .as(row.get("id") + " token " + i)
            .isEqualTo(expected[i]);
        assertThat((double) completion.logprobs()[i])
            .as(row.get("id") + " logprob " + i)
            .isCloseTo(row.get("logprobs").get(i).asDouble(), within(0.01));
      }
    }
    if (whole) {
      assertThat(completion.text()).isEqualTo(row.get("text").asText());
      assertThat(completion.finishReason().name())
          .isEqualToIgnoringCase(row.get("finish_reason").asText());
    }
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asInt();
    }
    return values;
  }
}
