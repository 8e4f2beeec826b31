package io.pinion.engine;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.generate.Generator;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.guide.Guides;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.DtypeChoice;
import io.pinion.model.runtime.TorchScriptModel;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.GgufTokenizer;
import io.pinion.text.tokenizer.Tokenizer;
import io.pinion.text.tokenizer.TokenizerJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Loads a model, its tokenizer and its chat template onto explicit devices. */
public final class ModelLoader {
  /** KV slots where the options name none. */
  public static final int DEFAULT_SLOTS = 64;

  private ModelLoader() {}

  /**
   * Loads on the calling thread.
   *
   * @throws ModelException where the model is missing, broken or of an unknown kind
   */
  public static LoadedModel load(ModelOptions options, DeviceAssignment assignment) {
    List<Device> devices = assignment.devices();
    int slots = options.slots() == 0 ? DEFAULT_SLOTS : options.slots();
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = options.threads() == 0 ? processors : options.threads();
    try (Checkpoint checkpoint = Checkpoints.open(local(options.uri()))) {
      ModelConfig config = checkpoint.config();
      TensorType type = DtypeChoice.of(options.dtype(), devices.get(0));
      boolean int8 = DtypeChoice.int8(options.dtype());
      // Before the weights: a template that cannot be parsed costs seconds then, not minutes.
      Optional<ChatTemplate> template =
          checkpoint
              .chatTemplate()
              .map(source -> ChatTemplate.parse(source, checkpoint.specialTokens()));
      Tokenizer tokenizer = tokenizer(checkpoint.tokenizer());
      // Half a second of work on the vocabulary that needs no device, beside the weights.
      CompletableFuture<Guides> guides =
          CompletableFuture.supplyAsync(() -> Guides.of(tokenizer.vocabulary()));
      try {
        TorchScriptModel model =
            TorchScriptModel.load(
                checkpoint, devices, type, int8, slots, maxLength(options, config), threads);
        return new Loaded(
            ContinuousBatcher.open(
                model,
                tokenizer,
                config.eosTokenIds(),
                new BatchSettings(
                    slots,
                    options.plain(),
                    BatchSettings.PREFILL_TOKENS,
                    options.speculate() ? BatchSettings.DRAFT_TOKENS : 0)),
            tokenizer,
            guides,
            template,
            int8 ? "int8" : type.name().toLowerCase(java.util.Locale.ROOT));
      } catch (RuntimeException e) {
        // A failure of its own is of no interest beside this one.
        guides.handle((built, failure) -> null).join();
        tokenizer.close();
        throw e;
      }
    }
  }

  /**
   * The tokenizer alone: of a {@code tokenizer.json}, a directory that holds one, or a GGUF file.
   *
   * @throws ModelException where there is none
   */
  public static Tokenizer tokenizer(Path path) {
    Path json = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (json.toString().endsWith(".json") && Files.exists(json)) {
      return TokenizerJson.parse(text(json), json.toString());
    }
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      return tokenizer(checkpoint.tokenizer());
    }
  }

  private static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new ModelException("cannot read " + path + ": " + e, e);
    }
  }

  private static int maxLength(ModelOptions options, ModelConfig config) {
    if (options.maxModelLength() > config.maxPositionEmbeddings()) {
      throw new ModelException(
          "max-model-length "
              + options.maxModelLength()
              + " is more than the "
              + config.maxPositionEmbeddings()
              + " positions that the model was made for");
    }
    return options.maxModelLength() == 0
        ? config.maxPositionEmbeddings()
        : options.maxModelLength();
  }

  private static Path local(String uri) {
    String path = uri.startsWith("file:") ? java.net.URI.create(uri).getPath() : uri;
    Path local = Path.of(path);
    if (!Files.exists(local)) {
      throw new ModelException(
          "model "
              + uri
              + " does not exist on this machine: name a GGUF file or a directory with"
              + " config.json, tokenizer.json and safetensors that every executor can read");
    }
    return local;
  }

  private static Tokenizer tokenizer(TokenizerData data) {
    if (data instanceof TokenizerData.Gguf gguf) {
      return TokenizerJson.parse(
          GgufTokenizer.tokenizerJson(gguf.metadata(), gguf.origin()), gguf.origin());
    }
    TokenizerData.Json json = (TokenizerData.Json) data;
    return TokenizerJson.parse(json.json(), json.origin());
  }

  private static final class Loaded implements LoadedModel {
    private final Generator generator;
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> chatTemplate;
    private final String dtype;
    private final CompletableFuture<Guides> guides;

    Loaded(
        Generator generator,
        Tokenizer tokenizer,
        CompletableFuture<Guides> guides,
        Optional<ChatTemplate> chatTemplate,
        String dtype) {
      this.generator = generator;
      this.tokenizer = tokenizer;
      this.guides = guides;
      this.chatTemplate = chatTemplate;
      this.dtype = dtype;
    }

    @Override
    public Generator generator() {
      return generator;
    }

    @Override
    public Tokenizer tokenizer() {
      return tokenizer;
    }

    @Override
    public Optional<ChatTemplate> chatTemplate() {
      return chatTemplate;
    }

    @Override
    public Guides guides() {
      return guides.join();
    }

    @Override
    public String dtype() {
      return dtype;
    }

    @Override
    public void close() {
      // The generator owns the tokenizer.
      generator.close();
    }
  }
}
