package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * SmolLM2 in f32 with every kind of sampling: the same rows give the same tokens one by one and in
 * batches. Needs the model, as {@link GoldenTest} does.
 */
@EnabledIfEnvironmentVariable(named = "PINION_TEST_MODEL", matches = ".+")
class BatchIndependenceTest {
  @Test
  void tokensDoNotDependOnTheBatch() {
    List<int[]> alone = generate(4, 1);
    assertThat(generate(8, 24)).usingRecursiveComparison().isEqualTo(alone);
  }

  private static List<int[]> generate(int slots, int ahead) {
    ModelOptions options =
        new ModelOptions(System.getenv("PINION_TEST_MODEL"), "", "f32", 512, slots, false, true, 0);
    List<int[]> tokens = new ArrayList<>();
    try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()));
        GenerationSession session = model.generator().open("t")) {
      int submitted = 0;
      while (tokens.size() < 24) {
        while (submitted < 24 && session.pending() < ahead) {
          session.submit(request(model, submitted++));
        }
        GenerationResult result = session.next();
        assertThat(result.error()).isNull();
        result.completions().forEach(completion -> tokens.add(completion.tokenIds()));
      }
    }
    return tokens;
  }

  private static GenerationRequest request(LoadedModel model, int row) {
    String text = "Row " + row + ": " + "once upon a time there was ".repeat(1 + row % 5);
    int kind = row % 4;
    SamplingParameters sampling =
        new SamplingParameters(
            kind == 1 || kind == 2 ? 0.9 : 0,
            kind == 2 ? 0.9 : 1,
            kind == 2 ? 40 : 0,
            0,
            row % 3 == 0 ? 1.2 : 1,
            0,
            0,
            12,
            4,
            List.of(),
            List.of(),
            17,
            1,
            kind == 3 ? 3 : 0,
            false);
    return new GenerationRequest("row " + row, model.tokenizer().encode(text, false), sampling);
  }
}
