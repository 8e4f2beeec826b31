package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.text.template.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * SmolLM2 in f32 on rows of the structured benchmark: both paths give the same tokens. Needs the
 * model, as {@link GoldenTest} does.
 */
@EnabledIfEnvironmentVariable(named = "PINION_TEST_MODEL", matches = ".+")
class PlainPathTest {
  private static final int ROWS = 6;

  @Test
  void theFastPathGivesThePlainOnesTokens() throws IOException {
    List<GenerationResult> plain = generate(true, 8);
    for (int slots : new int[] {2, 8}) {
      // With 2 slots steps are small, so that what may come next is drafted all along.
      List<GenerationResult> fast = generate(false, slots);
      for (int row = 0; row < ROWS; row++) {
        assertThat(plain.get(row).error()).isNull();
        Completions.assertSame(fast.get(row).completions(), plain.get(row).completions(), row);
      }
    }
  }

  private static List<GenerationResult> generate(boolean plain, int slots) throws IOException {
    ModelOptions options =
        new ModelOptions(System.getenv("PINION_TEST_MODEL"), "", "f32", 512, slots, plain, true, 0);
    List<GenerationResult> results = new ArrayList<>();
    try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()));
        GenerationSession session = model.generator().open("t")) {
      List<String> lines = Files.readAllLines(Path.of("benchmarks/data/tickets.jsonl"));
      for (int row = 0; row < ROWS; row++) {
        session.submit(request(model, new ObjectMapper().readTree(lines.get(row)), row));
      }
      for (int row = 0; row < ROWS; row++) {
        results.add(session.next());
      }
    }
    return results;
  }

  private static GenerationRequest request(LoadedModel model, JsonNode line, int row) {
    List<ChatMessage> messages = new ArrayList<>();
    line.get("messages")
        .forEach(
            m -> messages.add(new ChatMessage(m.get("role").asText(), m.get("content").asText())));
    String prompt = model.chatTemplate().orElseThrow().render(messages, true);
    // Every second row is sampled, every third penalised; some have too few tokens for their text.
    SamplingParameters sampling =
        new SamplingParameters(
            row % 2 == 1 ? 0.8 : 0,
            0.95,
            0,
            0,
            row % 3 == 2 ? 1.1 : 1,
            0,
            0,
            row == 4 ? 45 : 100,
            0,
            List.of(),
            List.of(),
            5,
            row == 1 ? 2 : 1,
            0,
            false);
    GuideRequest guide =
        new GuideRequest(
            GuideRequest.Kind.JSON_SCHEMA, line.get("json_schema").toString(), JsonOptions.DEFAULT);
    return new GenerationRequest(
        line.get("id").asText(),
        model.tokenizer().encode(prompt, false),
        sampling,
        model.guides().guide(guide),
        true);
  }
}
