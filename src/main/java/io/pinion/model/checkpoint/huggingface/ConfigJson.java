package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.Architecture;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a model's shape from Hugging Face's {@code config.json}. What a file leaves out has the
 * value that transformers' own configuration class of the architecture gives it.
 */
final class ConfigJson {
  private final JsonNode root;
  private final Path path;
  private final Architecture architecture;

  private ConfigJson(JsonNode root, Path path, Architecture architecture) {
    this.root = root;
    this.path = path;
    this.architecture = architecture;
  }

  /**
   * The model's shape.
   *
   * @param generation the {@code generation_config.json}, or an empty object
   * @throws ModelException for an unknown architecture, or a missing, wrong or unsupported key
   */
  static ModelConfig read(Path path, JsonNode generation) {
    JsonNode root = JsonFile.read(path);
    Architecture architecture =
        Architecture.of(root.path("model_type").asText(), path + " has model_type");
    return new ConfigJson(root, path, architecture).config(generation);
  }

  private ModelConfig config(JsonNode generation) {
    refuseUnsupported();
    int heads = whole("num_attention_heads");
    int hidden = whole("hidden_size");
    int layers = whole("num_hidden_layers");
    int keyValueHeads = whole("num_key_value_heads", heads);
    int headDim =
        whole("head_dim", architecture == Architecture.QWEN3 ? 128 : Math.max(1, hidden / heads));
    if (heads % keyValueHeads != 0 || headDim % 2 != 0) {
      throw fault(
          "has "
              + heads
              + " heads over "
              + keyValueHeads
              + " kv heads of width "
              + headDim
              + ", which do not fit together");
    }
    RopeConfig rope = new RopeConfig(root, path);
    boolean attentionBias = flag("attention_bias", false);
    List<Boolean> sliding = slidingLayers(layers);
    return new ModelConfig(
        architecture,
        whole("vocab_size"),
        hidden,
        whole("intermediate_size"),
        layers,
        heads,
        keyValueHeads,
        headDim,
        rope.maxPositionEmbeddings(),
        number("rms_norm_eps", 1e-6),
        rope.theta(),
        rope.scaling(),
        flag("tie_word_embeddings", false),
        architecture == Architecture.QWEN2 || takesBias() && attentionBias,
        takesBias() && attentionBias,
        architecture == Architecture.LLAMA && flag("mlp_bias", false),
        architecture == Architecture.QWEN3,
        sliding.contains(true) ? whole("sliding_window", 4096) : 0,
        sliding,
        tokens("bos_token_id", root).stream().findFirst().orElse(-1),
        endTokens(generation));
  }

  /** Whether {@code attention_bias} means something: Llama and Qwen 3 read it. */
  private boolean takesBias() {
    return architecture == Architecture.LLAMA || architecture == Architecture.QWEN3;
  }

  private void refuseUnsupported() {
    JsonNode activation = root.path("hidden_act");
    if (!activation.isMissingNode() && !activation.asText().equals("silu")) {
      throw fault("asks for hidden_act " + activation + "; known is silu");
    }
    if (root.hasNonNull("quantization_config")) {
      throw fault(
          "describes quantized weights ("
              + root.path("quantization_config").path("quant_method").asText("unknown method")
              + "), which Pinion cannot read from safetensors: use the model's bf16 weights, or"
              + " its GGUF file");
    }
    if (number("partial_rotary_factor", 1) != 1) {
      throw fault("turns only a part of each head (partial_rotary_factor), which is not known");
    }
  }

  /** By layer, whether a token sees no further than {@code sliding_window} tokens back. */
  private List<Boolean> slidingLayers(int layers) {
    JsonNode types = root.path("layer_types");
    boolean window =
        architecture == Architecture.MISTRAL
            ? !root.has("sliding_window") || root.hasNonNull("sliding_window")
            : flag("use_sliding_window", false) && root.hasNonNull("sliding_window");
    if (architecture == Architecture.LLAMA) {
      window = false;
    }
    List<Boolean> sliding = new ArrayList<>();
    int first = architecture == Architecture.MISTRAL ? 0 : whole0("max_window_layers", 28);
    for (int i = 0; i < layers; i++) {
      sliding.add(types.isArray() ? slides(types, i, layers) : window && i >= first);
    }
    return sliding;
  }

  private boolean slides(JsonNode types, int layer, int layers) {
    if (types.size() != layers) {
      throw fault("has " + types.size() + " layer_types for " + layers + " layers");
    }
    return switch (types.get(layer).asText()) {
      case "full_attention" -> false;
      case "sliding_attention" -> true;
      default ->
          throw fault(
              "gives layer "
                  + layer
                  + " the type "
                  + types.get(layer)
                  + "; known are full_attention and sliding_attention");
    };
  }

  /** Generation's own end tokens go before the model's. */
  private List<Integer> endTokens(JsonNode generation) {
    Set<Integer> ids = new LinkedHashSet<>(tokens("eos_token_id", generation));
    ids.addAll(tokens("eos_token_id", root));
    return List.copyOf(ids);
  }

  private List<Integer> tokens(String key, JsonNode from) {
    JsonNode value = from.path(key);
    List<Integer> ids = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(id -> ids.add(token(key, id)));
    } else if (!value.isMissingNode() && !value.isNull()) {
      ids.add(token(key, value));
    }
    return ids;
  }

  private int token(String key, JsonNode id) {
    if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0) {
      throw fault("gives key " + key + " the value " + id + ", which is not a token id");
    }
    return id.asInt();
  }

  private int whole(String key) {
    if (!root.hasNonNull(key)) {
      throw fault("lacks the key " + key);
    }
    return whole(key, 0);
  }

  private int whole(String key, int otherwise) {
    int value = whole0(key, otherwise);
    if (value < 1) {
      throw fault("gives key " + key + " the impossible value " + value);
    }
    return value;
  }

  private int whole0(String key, int otherwise) {
    JsonNode value = root.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
      throw fault("gives key " + key + " the value " + value + ", which is not an integer");
    }
    return value.asInt();
  }

  private double number(String key, double otherwise) {
    JsonNode value = root.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw fault("gives key " + key + " the value " + value + ", which is not a number");
    }
    return value.asDouble();
  }

  private boolean flag(String key, boolean otherwise) {
    JsonNode value = root.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw fault("gives key " + key + " the value " + value + ", which is neither true nor false");
    }
    return value.asBoolean();
  }

  private ModelException fault(String what) {
    return new ModelException(path + " " + what);
  }
}
