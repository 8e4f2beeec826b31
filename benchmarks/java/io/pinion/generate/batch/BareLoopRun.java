package io.pinion.generate.batch;

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
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.text.template.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates for the rows of {@code benchmarks/structured.yaml} or {@code free.yaml} without Spark,
 * for {@code benchmarks/spark_share}: {@code BareLoopRun structured|free ROWS.jsonl MODEL DTYPE}.
 *
 * <p>Prints a line of JSON. Its seconds are measured like those of a job's report: with the model
 * loaded, from before the first request is built to the last result.
 */
final class BareLoopRun {
  private static final int FREE_TOKENS = 64;

  private final LoadedModel model;
  private final boolean structured;
  private int completionTokens;

  private BareLoopRun(LoadedModel model, boolean structured) {
    this.model = model;
    this.structured = structured;
  }

  public static void main(String[] arguments) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      rows.add(new ObjectMapper().readTree(line));
    }
    ModelOptions options = new ModelOptions(arguments[2], "", arguments[3], 0, 0, false, true, 0);
    try (LoadedModel model = ModelLoader.load(options, DeviceAssignment.of(Device.cpu()))) {
      BareLoopRun run = new BareLoopRun(model, arguments[0].equals("structured"));
      long begin = System.nanoTime();
      run.generate(rows);
      System.out.printf(
          "{\"rows\": %d, \"seconds\": %.3f, \"completion_tokens\": %d}%n",
          rows.size(), (System.nanoTime() - begin) / 1e9, run.completionTokens);
    }
  }

  /** Submits all rows at once, as a job with a window of four rows per slot does with so few. */
  private void generate(List<JsonNode> rows) {
    try (GenerationSession session = model.generator().open("bare loop")) {
      rows.forEach(row -> session.submit(request(row)));
      session.endOfInput();
      while (session.pending() > 0) {
        GenerationResult result = session.next();
        if (result.error() != null) {
          throw result.error();
        }
        completionTokens += result.completions().get(0).tokenIds().length;
      }
    }
  }

  private GenerationRequest request(JsonNode row) {
    List<ChatMessage> messages = new ArrayList<>();
    row.get("messages")
        .forEach(
            m -> messages.add(new ChatMessage(m.get("role").asText(), m.get("content").asText())));
    String prompt = model.chatTemplate().orElseThrow().render(messages, true);
    return new GenerationRequest(
        row.get("id").asText(),
        model.tokenizer().encode(prompt, false),
        greedy(structured ? row.get("max_tokens").asInt() : FREE_TOKENS),
        structured ? guide(row) : null,
        true);
  }

  private Guide guide(JsonNode row) {
    String schema = row.get("json_schema").toString();
    return model
        .guides()
        .guide(new GuideRequest(GuideRequest.Kind.JSON_SCHEMA, schema, JsonOptions.DEFAULT));
  }

  private SamplingParameters greedy(int maxTokens) {
    return new SamplingParameters(
        0, 1, 0, 0, 1, 0, 0, maxTokens, 0, List.of(), List.of(), 0, 1, 0, !structured);
  }
}
