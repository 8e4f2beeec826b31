package io.pinion.generate.batch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.engine.ModelLoader;
import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
import io.pinion.model.LanguageModel;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.TestModels;
import io.pinion.text.template.ChatMessage;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts how many tokens of guided rows are sampled and how many forward passes a row takes part
 * in: {@code ForcedTokensRun benchmarks/data/tickets.jsonl MODEL [ROWS] [SLOTS] [plain or
 * DRAFT_TOKENS]}.
 */
final class ForcedTokensRun {
  private ForcedTokensRun() {}

  public static void main(String[] arguments) throws IOException {
    int rows = arguments.length > 2 ? Integer.parseInt(arguments[2]) : Integer.MAX_VALUE;
    int slots = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 16;
    boolean plain = arguments.length > 4 && arguments[4].equals("plain");
    int drafts =
        arguments.length < 5 || plain ? BatchSettings.DRAFT_TOKENS : Integer.parseInt(arguments[4]);
    List<String> lines = Files.readAllLines(Path.of(arguments[0]));
    Path path = Path.of(arguments[1]);
    try (Checkpoint checkpoint = Checkpoints.open(path);
        Tokenizer tokenizer = ModelLoader.tokenizer(path)) {
      ChatTemplate template =
          ChatTemplate.parse(checkpoint.chatTemplate().orElseThrow(), checkpoint.specialTokens());
      Counting model =
          new Counting(
              TestModels.load(checkpoint, List.of(Device.cpu()), TensorType.F32, slots, 1024));
      List<GenerationRequest> requests = new ArrayList<>();
      Guides guides = Guides.of(tokenizer.vocabulary());
      for (String line : lines.subList(0, Math.min(rows, lines.size()))) {
        requests.add(request(new ObjectMapper().readTree(line), template, tokenizer, guides));
      }
      try (ContinuousBatcher batcher =
              ContinuousBatcher.open(
                  model,
                  tokenizer,
                  checkpoint.config().eosTokenIds(),
                  new BatchSettings(slots, plain, BatchSettings.PREFILL_TOKENS, drafts));
          GenerationSession session = batcher.open("run")) {
        report(requests, session, model);
      }
    }
  }

  private static GenerationRequest request(
      JsonNode row, ChatTemplate template, Tokenizer tokenizer, Guides guides) {
    List<ChatMessage> messages = new ArrayList<>();
    row.get("messages")
        .forEach(
            m -> messages.add(new ChatMessage(m.get("role").asText(), m.get("content").asText())));
    SamplingParameters sampling =
        new SamplingParameters(
            0,
            1,
            0,
            0,
            1,
            0,
            0,
            row.get("max_tokens").asInt(),
            0,
            List.of(),
            List.of(),
            0,
            1,
            0,
            false);
    GuideRequest guide =
        new GuideRequest(
            GuideRequest.Kind.JSON_SCHEMA, row.get("json_schema").toString(), JsonOptions.DEFAULT);
    return new GenerationRequest(
        row.get("id").asText(),
        tokenizer.encode(template.render(messages, true), false),
        sampling,
        guides.guide(guide),
        true);
  }

  private static void report(
      List<GenerationRequest> requests, GenerationSession session, Counting model) {
    long start = System.nanoTime();
    requests.forEach(session::submit);
    int tokens = 0;
    int sure = 0;
    int cut = 0;
    for (int i = 0; i < requests.size(); i++) {
      Completion completion = session.next().completions().get(0);
      tokens += completion.tokenIds().length;
      cut += completion.finishReason() == FinishReason.LENGTH ? 1 : 0;
      for (float logprob : completion.logprobs()) {
        sure += logprob == 0 ? 1 : 0;
      }
      System.out.println(completion.text());
    }
    double rows = requests.size();
    System.out.printf(
        "%d rows, %d cut; a row: %.1f tokens, %.1f of them chosen (%d without choice in all),"
            + " %.1f passes; %d passes in all with %d tokens, %.1f s%n",
        requests.size(),
        cut,
        tokens / rows,
        (tokens - sure) / rows,
        sure,
        model.slotSteps / rows,
        model.steps,
        model.tokens,
        (System.nanoTime() - start) / 1e9);
  }

  /** Counts the forward passes and tokens of a model. */
  private static final class Counting implements LanguageModel {
    private final LanguageModel model;
    int steps;
    int slotSteps;
    int tokens;

    Counting(LanguageModel model) {
      this.model = model;
    }

    @Override
    public int prefixes() {
      return model.prefixes();
    }

    @Override
    public NDArray forward(Step step) {
      steps++;
      slotSteps += step.counts().length;
      tokens += step.tokenIds().length;
      return model.forward(step);
    }

    @Override
    public ModelConfig config() {
      return model.config();
    }

    @Override
    public List<Device> devices() {
      return model.devices();
    }

    @Override
    public int slots() {
      return model.slots();
    }

    @Override
    public int maxLength() {
      return model.maxLength();
    }

    @Override
    public void copySlots(int[] from, int[] to) {
      model.copySlots(from, to);
    }

    @Override
    public void savePrefix(int prefix, int slot, int length) {
      model.savePrefix(prefix, slot, length);
    }

    @Override
    public void dropPrefix(int prefix) {
      model.dropPrefix(prefix);
    }

    @Override
    public void loadPrefix(int prefix, int[] into, int length) {
      model.loadPrefix(prefix, into, length);
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
