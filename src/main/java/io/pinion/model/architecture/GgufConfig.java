package io.pinion.model.architecture;

import io.pinion.model.RopeScaling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads the GGUF metadata that most families share, as llama.cpp's converter writes it. */
public final class GgufConfig {
  private static final String EMBEDDING = "token_embd.weight";
  private static final String ROPE_FACTORS = "rope_freqs.weight";
  private static final String LAYER_NORM = "attention.layer_norm_epsilon";

  private GgufConfig() {}

  /**
   * Reads what all models have in common; biases and q and k norms if their tensors exist, no RoPE
   * scaling.
   */
  public static ModelConfigBuilder common(ModelHeader header) {
    ConfigKeys keys = header.keys();
    int heads = keys.size("attention.head_count");
    int hidden = keys.size("embedding_length");
    int layers = keys.size("block_count");
    int headDim = keys.size("attention.key_length", hidden / heads);
    int window = keys.count("attention.sliding_window", 0);
    return new ModelConfigBuilder(header)
        .vocabularySize(vocabularySize(header))
        .widths(hidden, keys.size("feed_forward_length"))
        .layers(layers)
        .heads(heads, keys.size("attention.head_count_kv", heads), headDim)
        .maxPositionEmbeddings(keys.size("context_length"))
        .normEpsilon(
            keys.positive(keys.has(LAYER_NORM) ? LAYER_NORM : "attention.layer_norm_rms_epsilon"))
        .rope(keys.positive("rope.freq_base", 10000), new RopeScaling.None())
        .tiedEmbeddings(header.shape("output.weight").isEmpty())
        .biases(
            header.shape("blk.0.attn_q.bias").isPresent(),
            header.shape("blk.0.attn_output.bias").isPresent(),
            header.shape("blk.0.ffn_gate.bias").isPresent())
        .queryKeyNorm(header.shape("blk.0.attn_q_norm.weight").isPresent())
        .window(window, Collections.nCopies(layers, window > 0));
  }

  /**
   * Reads the same and RoPE scaling, for a model whose rotary embedding covers complete heads.
   *
   * @throws io.pinion.model.ModelException if the file has fewer rotary dimensions
   */
  public static ModelConfigBuilder llama(ModelHeader header) {
    ModelConfigBuilder config = common(header);
    int rotated = header.keys().size("rope.dimension_count", config.headDim());
    if (rotated != config.headDim()) {
      throw header
          .keys()
          .fault(
              "has heads of width "
                  + config.headDim()
                  + " with "
                  + rotated
                  + " rotary dimensions, which do not fit together");
    }
    return rope(config, header);
  }

  /** Sets the RoPE base frequency and scaling. */
  public static ModelConfigBuilder rope(ModelConfigBuilder config, ModelHeader header) {
    double theta = header.keys().positive("rope.freq_base", 10000);
    return config.rope(theta, scaling(header, config.headDim()));
  }

  private static int vocabularySize(ModelHeader header) {
    return header
        .shape(EMBEDDING)
        .filter(shape -> shape.size() == 2 && shape.get(0) <= Integer.MAX_VALUE)
        .orElseThrow(() -> header.keys().fault("has no matrix " + EMBEDDING))
        .get(0)
        .intValue();
  }

  private static RopeScaling scaling(ModelHeader header, int headDim) {
    if (header.shape(ROPE_FACTORS).isPresent()) {
      return new RopeScaling.Factors(factors(header, headDim / 2));
    }
    ConfigKeys keys = header.keys();
    String otherwise = keys.has("rope.scaling.factor") ? "linear" : "none";
    String type = keys.text("rope.scaling.type").orElse(otherwise);
    return switch (type) {
      case "none" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(keys.positive("rope.scaling.factor"));
      case "yarn" -> yarn(keys, keys.positive("rope.scaling.factor"));
      default ->
          throw keys.fault(
              "asks for rope scaling " + type + "; supported are none, linear and yarn");
    };
  }

  private static RopeScaling yarn(ConfigKeys keys, double factor) {
    return new RopeScaling.Yarn(
        factor,
        keys.positive("rope.scaling.yarn_beta_fast", 32),
        keys.positive("rope.scaling.yarn_beta_slow", 1),
        keys.size("rope.scaling.original_context_length", keys.size("context_length")),
        keys.positive("rope.scaling.attn_factor", 1) * (1 + 0.1 * Math.log(factor)),
        true);
  }

  private static List<Double> factors(ModelHeader header, int count) {
    Optional<float[]> numbers = header.numbers(ROPE_FACTORS, count);
    List<Double> factors = new ArrayList<>();
    for (float factor : numbers.orElse(new float[] {0})) {
      if (!(factor > 0 && factor < Float.POSITIVE_INFINITY)) {
        throw header
            .keys()
            .fault(
                "has a tensor " + ROPE_FACTORS + " that is not " + count + " positive f32 numbers");
      }
      factors.add((double) factor);
    }
    return factors;
  }
}
