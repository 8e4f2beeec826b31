package io.pinion.model.runtime;

import io.pinion.model.FamilySettings;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.RandomBlocks;
import io.pinion.model.checkpoint.TokenizerData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A checkpoint of seeded random weights in memory, for any configuration. */
public final class RandomCheckpoint implements Checkpoint {
  private final ModelConfig config;
  private final TensorType type;
  private final Map<String, byte[]> stored = new HashMap<>();
  private final Map<String, Weight> weights = new LinkedHashMap<>();
  private final Random random;
  private final RandomBlocks blocks;

  public RandomCheckpoint(ModelConfig config, long seed) {
    this(config, seed, TensorType.F32);
  }

  /**
   * Weights for a configuration.
   *
   * @param type what the matrices are stored in; rows must be whole blocks of it
   */
  public RandomCheckpoint(ModelConfig config, long seed, TensorType type) {
    this.config = config;
    this.type = type;
    this.random = new Random(seed);
    this.blocks = new RandomBlocks(seed);
    int hidden = config.hiddenSize();
    int queries = config.heads() * config.headDim();
    int keys = config.keyValueHeads() * config.headDim();
    matrix("model.embed_tokens.weight", config.vocabularySize(), hidden);
    for (int i = 0; i < config.layers(); i++) {
      String p = "model.layers." + i + ".";
      vector(p + "input_layernorm.weight", hidden);
      vector(p + "post_attention_layernorm.weight", hidden);
      projection(p + "self_attn.q_proj", queries, hidden, config.queryKeyValueBias());
      projection(p + "self_attn.k_proj", keys, hidden, config.queryKeyValueBias());
      projection(p + "self_attn.v_proj", keys, hidden, config.queryKeyValueBias());
      projection(p + "self_attn.o_proj", hidden, queries, config.outputBias());
      projection(p + "mlp.gate_proj", config.intermediateSize(), hidden, config.mlpBias());
      projection(p + "mlp.up_proj", config.intermediateSize(), hidden, config.mlpBias());
      projection(p + "mlp.down_proj", hidden, config.intermediateSize(), config.mlpBias());
      if (config.queryKeyNorm()) {
        vector(p + "self_attn.q_norm.weight", config.headDim());
        vector(p + "self_attn.k_norm.weight", config.headDim());
      }
    }
    vector("model.norm.weight", hidden);
    if (!config.tiedEmbeddings()) {
      matrix("lm_head.weight", config.vocabularySize(), hidden);
    }
  }

  /** What the matrices are stored in. */
  TensorType type() {
    return type;
  }

  @Override
  public long parameters() {
    return weights.values().stream().mapToLong(weight -> weight.rows() * weight.columns()).sum();
  }

  /** All weights, in the order of the layers. */
  public Collection<Weight> weights() {
    return weights.values();
  }

  /** The numbers of a weight stored in f32, row by row. */
  public float[] numbers(String name) {
    float[] numbers = new float[stored.get(name).length / 4];
    ByteBuffer.wrap(stored.get(name)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    return numbers;
  }

  private void projection(String name, int rows, int columns, boolean bias) {
    matrix(name + ".weight", rows, columns);
    if (bias) {
      vector(name + ".bias", rows);
    }
  }

  private void matrix(String name, int rows, int columns) {
    Weight weight = new Weight(name, rows, columns, false, type);
    put(weight, type == TensorType.F32 ? gaussian(weight, 0) : blocks.next(type, rows * columns));
  }

  private void vector(String name, int length) {
    Weight weight = new Weight(name, 1, length, true, TensorType.F32);
    put(weight, gaussian(weight, name.endsWith("norm.weight") ? 1 : 0));
  }

  private void put(Weight weight, byte[] bytes) {
    weights.put(weight.name(), weight);
    stored.put(weight.name(), bytes);
  }

  private byte[] gaussian(Weight weight, float mean) {
    int count = (int) (weight.rows() * weight.columns());
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat(mean + (float) random.nextGaussian() * 0.3f);
    }
    return bytes.array();
  }

  @Override
  public String origin() {
    return "random weights";
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public Set<String> tensors() {
    return weights.keySet();
  }

  @Override
  public String tensor(String weight) {
    return weight;
  }

  @Override
  public Optional<Weight> weight(String name) {
    return Optional.ofNullable(weights.get(name));
  }

  @Override
  public ByteBuffer rows(Weight weight, long from, long to) {
    byte[] all = stored.get(weight.name());
    long rowBytes = all.length / weight.rows();
    return ByteBuffer.wrap(all, (int) (from * rowBytes), (int) ((to - from) * rowBytes))
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public TokenizerData tokenizer() {
    throw new ModelException("a random checkpoint has no tokenizer");
  }

  @Override
  public Map<String, String> specialTokens() {
    return Map.of();
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public void close() {
    stored.clear();
  }

  /** Tiny configurations that between them use every option of the architectures. */
  public static Map<String, ModelConfig> configurations() {
    Map<String, ModelConfig> all = new LinkedHashMap<>();
    RopeScaling none = new RopeScaling.None();
    all.put("llama tied", config("llama", none, true, false, false, false, false, 0));
    all.put("llama untied with biases", config("llama", none, false, true, true, true, false, 0));
    all.put(
        "llama linear",
        config("llama", new RopeScaling.Linear(4), false, false, false, false, false, 0));
    all.put(
        "llama3 scaling",
        config("llama", new RopeScaling.Llama3(8, 1, 4, 32), true, false, false, false, false, 0));
    all.put(
        "qwen2 yarn",
        config(
            "qwen2",
            new RopeScaling.Yarn(4, 32, 1, 32, 1.1386, true),
            true,
            true,
            false,
            false,
            false,
            0));
    all.put("qwen3 norms", config("qwen3", none, false, false, false, false, true, 0));
    all.put("mistral window", config("mistral", none, false, false, false, false, false, 5));
    return all;
  }

  private static ModelConfig config(
      String architecture,
      RopeScaling scaling,
      boolean tied,
      boolean qkvBias,
      boolean outputBias,
      boolean mlpBias,
      boolean norms,
      int window) {
    return new ModelConfig(
        architecture,
        50,
        32,
        48,
        4,
        4,
        2,
        16,
        256,
        1e-5,
        10000,
        scaling,
        tied,
        qkvBias,
        outputBias,
        mlpBias,
        norms,
        window,
        List.of(window > 0, false, window > 0, window > 0),
        1,
        List.of(2),
        FamilySettings.NONE);
  }
}
