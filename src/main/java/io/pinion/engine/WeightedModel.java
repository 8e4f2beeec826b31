package io.pinion.engine;

import ai.djl.Device;
import io.pinion.device.DeviceMemory;
import io.pinion.device.MemoryCheck;
import io.pinion.generate.Generator;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.guide.Guides;
import io.pinion.model.LanguageModel;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.runtime.CacheRoom;
import io.pinion.model.runtime.ModelLayout;
import io.pinion.model.runtime.ModelLimits;
import io.pinion.model.runtime.ModelWeights;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import io.pinion.torch.Libtorch;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Owns a model's loaded weights and opens generators over them. */
final class WeightedModel implements SharedModel {
  /** How many tokens per row a cache is assumed to hold; it grows to what rows really need. */
  private static final int USUAL_TOKENS = 512;

  /**
   * The share of a GPU's free memory that the cache may take. A cache that grows is copied layer by
   * layer; hidden states and attention's scores take the rest.
   */
  private static final double CACHE_SHARE = 0.6;

  /** The share of a CPU's memory: of a cache that grows, one layer at a time is there twice. */
  private static final double CPU_CACHE_SHARE = 0.8;

  private final String name;
  private final ModelWeights weights;
  private final String dtype;
  private final Tokenizer tokenizer;
  private final Optional<ChatTemplate> chatTemplate;
  private final CompletableFuture<Guides> guides;

  /**
   * @param name how the job names the model
   * @param weights closed with this
   * @param tokenizer closed with this
   * @param guides of the tokenizer's vocabulary, perhaps still being built
   */
  WeightedModel(
      String name,
      ModelWeights weights,
      String dtype,
      Tokenizer tokenizer,
      Optional<ChatTemplate> chatTemplate,
      CompletableFuture<Guides> guides) {
    this.name = name;
    this.weights = weights;
    this.dtype = dtype;
    this.tokenizer = tokenizer;
    this.chatTemplate = chatTemplate;
    this.guides = guides;
  }

  @Override
  public GeneratorSettings settings(ModelOptions options) {
    return GeneratorSettings.of(options, weights.config(), devices().get(0));
  }

  @Override
  public LoadedModel open(GeneratorSettings settings, MemoryRoom room) {
    long cache = cacheBytes(weights.layout(), weights.config(), settings);
    room.make(cache);
    if (!devices().get(0).isGpu()) {
      ModelLoader.requireMemory(name, 0, cache, room);
    }
    return new View(generator(settings), false);
  }

  /** About how many bytes the KV cache of a generator takes when its batch is full. */
  static long cacheBytes(ModelLayout layout, ModelConfig config, GeneratorSettings settings) {
    return layout.cacheBytes(config, usualTokens(settings.limits()));
  }

  private static long usualTokens(ModelLimits limits) {
    return (long) limits.slots() * Math.min(limits.maxLength(), USUAL_TOKENS);
  }

  /** Opens the only generator of this model; closing it closes this model too. */
  LoadedModel openAlone(GeneratorSettings settings) {
    return new View(generator(settings), true);
  }

  private Generator generator(GeneratorSettings settings) {
    boolean gpu = devices().get(0).isGpu();
    LanguageModel model =
        weights.open(limits(settings), gpu ? CacheRoom.UNLIMITED : WeightedModel::requireGrowth);
    try {
      return ContinuousBatcher.open(
          model, tokenizer, model.config().eosTokenIds(), settings.batch());
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private List<Device> devices() {
    return weights.layout().devices();
  }

  /** A container ends a process that outgrows it, so a cache asks before it grows. */
  private static void requireGrowth(long bytes) {
    MemoryCheck.ofMachine()
        .growthProblem(bytes)
        .ifPresent(
            problem -> {
              throw new ModelException(problem);
            });
  }

  /**
   * The cache gets what the weights left, less what steps need for themselves; on CPUs, where a
   * full batch of usual rows was found to fit, that at least.
   */
  private ModelLimits limits(GeneratorSettings settings) {
    ModelLimits limits = settings.limits();
    long token = weights.layout().cacheBytes(weights.config(), 1);
    long tokens;
    if (devices().get(0).isGpu()) {
      tokens = (long) (DeviceMemory.ofMachine().free(devices()) * CACHE_SHARE) / token;
    } else {
      long left = (long) (MemoryCheck.ofMachine().left() * CPU_CACHE_SHARE);
      tokens = Math.max(usualTokens(limits), left / token);
    }
    return new ModelLimits(limits.slots(), limits.maxLength(), limits.cores(), tokens);
  }

  @Override
  public long bytes() {
    return weights.bytes();
  }

  @Override
  public void close() {
    // Guides still being built read the tokenizer's vocabulary, so wait; their result is not
    // needed.
    guides.handle((made, failure) -> null).join();
    try {
      weights.close();
    } finally {
      tokenizer.close();
      Libtorch.trimMemory();
    }
  }

  /** A generator with the parts of the model that it shares. */
  private final class View implements LoadedModel {
    private final Generator generator;
    private final boolean alone;

    View(Generator generator, boolean alone) {
      this.generator = generator;
      this.alone = alone;
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
      try {
        generator.close();
      } finally {
        if (alone) {
          WeightedModel.this.close();
        }
      }
    }
  }
}
