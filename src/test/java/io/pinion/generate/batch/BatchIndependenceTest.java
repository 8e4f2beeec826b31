package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.engine.LoadedModel;
import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.Completion;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.text.template.ChatMessage;
import io.pinion.torch.CpuKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * SmolLM2 in f32 with every kind of sampling: the same rows give the same tokens one by one and in
 * batches, and the same log probabilities to the last bit. Needs the model, as {@link GoldenTest}
 * does.
 */
@EnabledIfEnvironmentVariable(named = "PINION_TEST_MODEL", matches = ".+")
class BatchIndependenceTest {
  @Test
  void tokensDoNotDependOnTheBatch() throws IOException {
    List<Completion> alone = generate(options(4, 0), 1, 24, BatchIndependenceTest::request);
    List<Completion> together = generate(options(8, 0), 24, 24, BatchIndependenceTest::request);
    assertThat(together)
        .extracting(Completion::tokenIds)
        .containsExactlyElementsOf(alone.stream().map(Completion::tokenIds).toList());
    assumeExact();
    assertThat(together)
        .extracting(Completion::logprobs)
        .containsExactlyElementsOf(alone.stream().map(Completion::logprobs).toList());
  }

  @Test
  void norOnThePrefixThatAnotherRowLeftNorOnThreads() throws IOException {
    assumeExact();
    // One by one, all rows but the first begin with the cached prefix; together, the first four do
    // not.
    List<float[]> alone = logprobs(4, 1, 0);
    for (int[] other : new int[][] {{4, 16, 1}, {16, 16, 0}}) {
      assertThat(logprobs(other[0], other[1], other[2])).containsExactlyElementsOf(alone);
    }
  }

  /** With AVX-512, oneDNN has other ways to multiply, of which this is not known. */
  private static void assumeExact() throws IOException {
    assumeThat(Files.readString(Path.of("/proc/cpuinfo"))).doesNotContain("avx512");
    assumeThat(CpuKernels.level()).isNotEqualTo("none");
  }

  private static List<float[]> logprobs(int slots, int ahead, int threads) {
    return generate(options(slots, threads), ahead, 16, BatchIndependenceTest::chat).stream()
        .map(Completion::logprobs)
        .toList();
  }

  private static GenerationRequest chat(LoadedModel model, int row) {
    List<ChatMessage> messages = List.of(new ChatMessage("user", "row " + row));
    String prompt = model.chatTemplate().orElseThrow().render(messages, true);
    SamplingParameters sampling =
        SamplingParameters.DEFAULTS
            .with(SamplingParameter.TEMPERATURE, 1.0)
            .with(SamplingParameter.MAX_TOKENS, 20);
    return new GenerationRequest("" + row, model.tokenizer().encode(prompt, false), sampling);
  }

  private static ModelOptions options(int slots, int threads) {
    String model = System.getenv("PINION_TEST_MODEL");
    return new ModelOptions(model, "", "f32", 512, slots, false, true, threads);
  }

  private static List<Completion> generate(
      ModelOptions options,
      int ahead,
      int count,
      BiFunction<LoadedModel, Integer, GenerationRequest> request) {
    List<Completion> completions = new ArrayList<>();
    try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()));
        GenerationSession session = model.generator().open("t")) {
      int submitted = 0;
      int rows = 0;
      while (rows < count) {
        while (submitted < count && session.pending() < ahead) {
          session.submit(request.apply(model, submitted++));
        }
        GenerationResult result = session.next();
        assertThat(result.error()).isNull();
        completions.addAll(result.completions());
        rows++;
      }
    }
    return completions;
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
