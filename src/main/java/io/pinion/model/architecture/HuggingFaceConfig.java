package io.pinion.model.architecture;

import io.pinion.model.RopeScaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Reads the keys of a {@code config.json} that most families share. Missing keys have the defaults
 * of transformers' configuration classes.
 */
public final class HuggingFaceConfig {
  private HuggingFaceConfig() {}

  /** Reads what all models have in common; no biases, no q and k norms, no RoPE scaling. */
  public static ModelConfigBuilder common(ModelHeader header) {
    ConfigKeys keys = header.keys();
    int heads = keys.size("num_attention_heads");
    int hidden = keys.size("hidden_size");
    ModelConfigBuilder config =
        new ModelConfigBuilder(header)
            .vocabularySize(keys.size("vocab_size"))
            .widths(hidden, keys.size("intermediate_size"))
            .layers(keys.size("num_hidden_layers"))
            .heads(
                heads,
                keys.size("num_key_value_heads", heads),
                keys.size("head_dim", Math.max(1, hidden / heads)))
            .maxPositionEmbeddings(keys.size("max_position_embeddings"))
            .normEpsilon(keys.positive("rms_norm_eps", 1e-6))
            .rope(keys.positive("rope_theta", 10000), new RopeScaling.None())
            .tiedEmbeddings(keys.flag("tie_word_embeddings", false));
    return windows(config, header, layer -> false);
  }

  /**
   * Reads the same and RoPE scaling, for models like Llama: gated by SiLU, with a rotary embedding
   * of complete heads.
   *
   * @throws io.pinion.model.ModelException if the file asks for something else
   */
  public static ModelConfigBuilder llama(ModelHeader header) {
    ConfigKeys keys = header.keys();
    String activation = keys.text("hidden_act").orElse("silu");
    if (!activation.equals("silu")) {
      throw keys.fault("asks for hidden_act \"" + activation + "\"; supported is silu");
    }
    if (keys.number("partial_rotary_factor", 1) != 1
        || HuggingFaceRope.of(keys).parameters().number("partial_rotary_factor", 1) != 1) {
      throw keys.fault(
          "rotates only part of each head (partial_rotary_factor), which its family does not"
              + " support");
    }
    return rope(common(header), header);
  }

  /** Sets the RoPE base frequency and scaling, and the context length after scaling. */
  public static ModelConfigBuilder rope(ModelConfigBuilder config, ModelHeader header) {
    HuggingFaceRope rope = HuggingFaceRope.of(header.keys());
    return config
        .rope(rope.theta(), rope.scaling())
        .maxPositionEmbeddings(rope.maxPositionEmbeddings());
  }

  /**
   * Sets which layers have sliding-window attention over {@code sliding_window} tokens: those of
   * that type in {@code layer_types}.
   *
   * @param otherwise whether a layer has it if there is no {@code layer_types}
   */
  public static ModelConfigBuilder windows(
      ModelConfigBuilder config, ModelHeader header, IntPredicate otherwise) {
    ConfigKeys keys = header.keys();
    Optional<List<?>> types = keys.list("layer_types");
    int layers = config.layers();
    if (types.isPresent() && types.get().size() != layers) {
      throw keys.fault("has " + types.get().size() + " layer_types for " + layers + " layers");
    }
    List<Boolean> sliding = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      sliding.add(
          types.isPresent() ? slides(keys, types.get().get(layer), layer) : otherwise.test(layer));
    }
    int window = sliding.contains(true) ? keys.size("sliding_window", 4096) : 0;
    return config.window(window, sliding);
  }

  /** Which layers have a window if the file does not list them: the upper ones, as in Qwen. */
  public static IntPredicate upperWindows(ModelHeader header) {
    ConfigKeys keys = header.keys();
    boolean window = keys.flag("use_sliding_window", false) && keys.has("sliding_window");
    int first = keys.count("max_window_layers", 28);
    return layer -> window && layer >= first;
  }

  private static boolean slides(ConfigKeys keys, Object type, int layer) {
    if (!"full_attention".equals(type) && !"sliding_attention".equals(type)) {
      throw keys.fault(
          "gives layer "
              + layer
              + " the type "
              + type
              + "; supported are full_attention and sliding_attention");
    }
    return type.equals("sliding_attention");
  }
}
