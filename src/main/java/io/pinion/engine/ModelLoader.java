package io.pinion.engine;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.device.DeviceException;
import io.pinion.device.MemoryCheck;
import io.pinion.guide.Guides;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.DtypeChoice;
import io.pinion.model.runtime.ModelLayout;
import io.pinion.model.runtime.ModelWeights;
import io.pinion.model.runtime.WeightCheck;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.GgufTokenizer;
import io.pinion.text.tokenizer.Tokenizer;
import io.pinion.text.tokenizer.TokenizerJson;
import io.pinion.torch.NativeCache;
import io.pinion.torch.NativeFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Loads a model, its tokenizer and its chat template onto explicit devices. */
public final class ModelLoader {
  private static final long MAX_TOKENIZER_BYTES = 256L << 20;

  private ModelLoader() {}

  /**
   * Loads a model with one generator, on the calling thread.
   *
   * @throws ModelException if the model is missing, broken or of an unknown kind
   */
  public static LoadedModel load(ModelOptions options, DeviceAssignment assignment) {
    WeightedModel model = weighted(options, assignment, MemoryRoom.NONE);
    try {
      return model.openAlone(model.settings(options));
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /**
   * Loads what generators share, on the calling thread. If this fails, nothing stays in memory.
   *
   * @param options also checked for their generator settings, before the weights are loaded
   * @param room asked to free the size of the weights before they are loaded
   * @throws ModelException if the model is missing, broken or of an unknown kind, or does not
   *     support what the options ask for
   */
  public static SharedModel share(
      ModelOptions options, DeviceAssignment assignment, MemoryRoom room) {
    return weighted(options, assignment, room);
  }

  /**
   * Reads everything of a model but its weights, and checks what the options ask of it, without
   * using memory of the devices.
   *
   * @return the chat template, if the model has one
   * @throws ModelException if the model is missing, broken or of an unknown kind, or does not
   *     support what the options ask for
   */
  public static Optional<ChatTemplate> inspect(ModelOptions options, DeviceAssignment assignment) {
    DtypeChoice dtype = dtype(options, assignment);
    try (Checkpoint checkpoint = Checkpoints.open(options.path())) {
      GeneratorSettings.of(options, checkpoint.config(), assignment.devices().get(0));
      ModelWeights.bytes(checkpoint, checkedLayout(checkpoint, assignment, dtype));
      tokenizer(checkpoint.tokenizer()).close();
      return template(checkpoint);
    }
  }

  private static DtypeChoice dtype(ModelOptions options, DeviceAssignment assignment) {
    requireNativeFolders(NativeFolders::problem);
    return options.dtypeOn(assignment.devices().get(0));
  }

  /** The layout for a model, whose file has been checked against its configuration. */
  private static ModelLayout checkedLayout(
      Checkpoint checkpoint, DeviceAssignment assignment, DtypeChoice dtype) {
    ModelLayout layout = ModelLayout.of(checkpoint.config(), assignment.devices(), dtype);
    WeightCheck.check(checkpoint);
    return layout;
  }

  private static Optional<ChatTemplate> template(Checkpoint checkpoint) {
    return checkpoint
        .chatTemplate()
        .map(source -> ChatTemplate.parse(source, checkpoint.specialTokens()));
  }

  private static WeightedModel weighted(
      ModelOptions options, DeviceAssignment assignment, MemoryRoom room) {
    DtypeChoice dtype = dtype(options, assignment);
    try (Checkpoint checkpoint = Checkpoints.open(options.path())) {
      ModelConfig config = checkpoint.config();
      Device device = assignment.devices().get(0);
      GeneratorSettings settings = GeneratorSettings.of(options, config, device);
      ModelLayout layout = checkedLayout(checkpoint, assignment, dtype);
      // Before the weights, so that a malformed template fails within seconds, not minutes.
      Optional<ChatTemplate> template = template(checkpoint);
      Tokenizer tokenizer = tokenizer(checkpoint.tokenizer());
      CompletableFuture<Guides> guides = CompletableFuture.completedFuture(null);
      try {
        // Half a second of CPU work on the vocabulary, in parallel with loading the weights.
        guides = CompletableFuture.supplyAsync(() -> Guides.of(tokenizer.vocabulary()));
        long bytes = ModelWeights.bytes(checkpoint, layout);
        room.make(bytes);
        room.requireWanted();
        if (!device.isGpu()) {
          long cache = WeightedModel.cacheBytes(layout, config, settings);
          requireMemory(options.uri(), bytes, cache, room);
        }
        ModelWeights weights = ModelWeights.load(new WatchedCheckpoint(checkpoint, room), layout);
        return new WeightedModel(options.uri(), weights, dtype.text(), tokenizer, template, guides);
      } catch (RuntimeException | Error e) {
        // Wait for the guides, which read the vocabulary, but report only the first failure.
        guides.handle((built, failure) -> null).join();
        tokenizer.close();
        throw e;
      }
    }
  }

  /**
   * Loads only the tokenizer, from a {@code tokenizer.json}, a directory that has one, or a GGUF
   * file.
   *
   * @throws ModelException if there is none
   */
  public static Tokenizer tokenizer(Path path) {
    requireNativeFolders(NativeFolders::problemOfTokenizers);
    Path json = Files.isDirectory(path) ? path.resolve("tokenizer.json") : path;
    if (json.toString().endsWith(".json") && Files.exists(json)) {
      return TokenizerJson.parse(text(json), json.toString());
    }
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      return tokenizer(checkpoint.tokenizer());
    }
  }

  /** Checks that a model fits, after unloading what is unused if it does not at first. */
  static void requireMemory(String model, long weights, long cache, MemoryRoom room) {
    MemoryCheck memory = MemoryCheck.ofMachine();
    if (memory.problem(model, weights, cache).isPresent()) {
      room.make(memory.needed(weights, cache));
    }
    memory
        .problem(model, weights, cache)
        .ifPresent(
            problem -> {
              throw new DeviceException(problem);
            });
  }

  /** Makes the folder for native libraries if there is none, and checks that they can run there. */
  private static void requireNativeFolders(Supplier<Optional<String>> problem) {
    NativeCache.makePrivate();
    problem
        .get()
        .ifPresent(
            sentence -> {
              throw new ModelException(sentence);
            });
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > MAX_TOKENIZER_BYTES) {
        throw new ModelException(
            path + " is larger than the limit of " + MAX_TOKENIZER_BYTES + " bytes");
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new ModelException("cannot read " + path + ": " + e, e);
    }
  }

  private static Tokenizer tokenizer(TokenizerData data) {
    if (data instanceof TokenizerData.Gguf gguf) {
      return TokenizerJson.parse(
          GgufTokenizer.tokenizerJson(gguf.metadata(), gguf.origin()), gguf.origin());
    }
    TokenizerData.Json json = (TokenizerData.Json) data;
    return TokenizerJson.parse(json.json(), json.origin());
  }
}
