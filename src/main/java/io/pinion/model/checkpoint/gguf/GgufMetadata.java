package io.pinion.model.checkpoint.gguf;

import io.pinion.model.Architecture;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a model's shape from the metadata and tensor list of a GGUF file. */
final class GgufMetadata {
  private final GgufFile file;
  private final Architecture architecture;

  private GgufMetadata(GgufFile file, Architecture architecture) {
    this.file = file;
    this.architecture = architecture;
  }

  /**
   * The model's shape.
   *
   * @throws ModelException for an unknown architecture or a missing or absurd key
   */
  static ModelConfig read(GgufFile file) {
    Object name = file.metadata().get("general.architecture");
    if (name == null) {
      throw new ModelException("GGUF file " + file.path() + " lacks the key general.architecture");
    }
    Architecture architecture =
        Architecture.of(name, "GGUF file " + file.path() + " has architecture");
    return new GgufMetadata(file, architecture).config();
  }

  private ModelConfig config() {
    int heads = size("attention.head_count");
    int hidden = size("embedding_length");
    int headDim = size("attention.key_length", hidden / heads);
    int keyValueHeads = size("attention.head_count_kv", heads);
    int rotary = size("rope.dimension_count", headDim);
    if (heads % keyValueHeads != 0 || rotary != headDim || headDim % 2 != 0 || headDim == 0) {
      throw fault(
          "has "
              + heads
              + " heads over "
              + keyValueHeads
              + " kv heads of width "
              + headDim
              + " with "
              + rotary
              + " rotary dimensions, which do not fit together");
    }
    int layers = layers();
    int window = window();
    return new ModelConfig(
        architecture,
        vocabularySize(),
        hidden,
        size("feed_forward_length"),
        layers,
        heads,
        keyValueHeads,
        headDim,
        size("context_length"),
        positive("attention.layer_norm_rms_epsilon"),
        positive("rope.freq_base", 10000),
        ropeScaling(headDim),
        !file.tensors().containsKey("output.weight"),
        file.tensors().containsKey("blk.0.attn_q.bias"),
        file.tensors().containsKey("blk.0.attn_output.bias"),
        file.tensors().containsKey("blk.0.ffn_gate.bias"),
        file.tensors().containsKey("blk.0.attn_q_norm.weight"),
        window,
        Collections.nCopies(layers, window > 0),
        token("bos_token_id").orElse(-1),
        List.copyOf(endTokens()));
  }

  private int layers() {
    int layers = size("block_count");
    if (layers > file.tensors().size()) {
      throw fault(
          "claims " + layers + " layers, more than its " + file.tensors().size() + " tensors make");
    }
    return layers;
  }

  private int window() {
    String name = key("attention.sliding_window");
    return number(name)
        .filter(window -> window.doubleValue() != 0)
        .map(v -> size(name, v))
        .orElse(0);
  }

  private int vocabularySize() {
    GgufFile.Tensor embedding = file.tensors().get("token_embd.weight");
    if (embedding == null
        || embedding.shape().length != 2
        || embedding.shape()[1] > Integer.MAX_VALUE) {
      throw fault("has no matrix token_embd.weight");
    }
    return (int) embedding.shape()[1];
  }

  private Set<Integer> endTokens() {
    Set<Integer> ids = new LinkedHashSet<>();
    token("eos_token_id").ifPresent(ids::add);
    token("eot_token_id").ifPresent(ids::add);
    return ids;
  }

  /** A token's number; converters write -1, signed or not, where a model has no such token. */
  private Optional<Integer> token(String name) {
    String key = "tokenizer.ggml." + name;
    Optional<Number> id =
        number(key).filter(v -> v.longValue() != -1 && v.longValue() != 0xffffffffL);
    if (id.isPresent() && !(id.get().longValue() >= 0 && id.get().longValue() < vocabularySize())) {
      throw impossible(key, id.get());
    }
    return id.map(Number::intValue);
  }

  private RopeScaling ropeScaling(int headDim) {
    GgufFile.Tensor factors = file.tensors().get("rope_freqs.weight");
    if (factors != null) {
      return new RopeScaling.Factors(floats(factors, headDim / 2));
    }
    boolean scaled = file.metadata().containsKey(key("rope.scaling.factor"));
    Object type =
        file.metadata().getOrDefault(key("rope.scaling.type"), scaled ? "linear" : "none");
    if (type.equals("none")) {
      return new RopeScaling.None();
    }
    if (type.equals("linear")) {
      return new RopeScaling.Linear(positive("rope.scaling.factor"));
    }
    if (type.equals("yarn")) {
      return yarn(positive("rope.scaling.factor"));
    }
    throw fault("asks for rope scaling " + type + "; known are none, linear and yarn");
  }

  private RopeScaling yarn(double factor) {
    return new RopeScaling.Yarn(
        factor,
        positive("rope.scaling.yarn_beta_fast", 32),
        positive("rope.scaling.yarn_beta_slow", 1),
        size("rope.scaling.original_context_length", size("context_length")),
        positive("rope.scaling.attn_factor", 1) * (1 + 0.1 * Math.log(factor)),
        true);
  }

  private List<Double> floats(GgufFile.Tensor tensor, int count) {
    boolean fits = tensor.type() == TensorType.F32 && tensor.bytes() == 4L * count;
    float[] values = new float[fits ? count : 0];
    file.bytes(tensor, 0, 4L * values.length).asFloatBuffer().get(values);
    List<Double> factors = new ArrayList<>();
    for (float value : values) {
      fits &= value > 0 && value < Float.POSITIVE_INFINITY;
      factors.add((double) value);
    }
    if (!fits) {
      throw fault("has a tensor rope_freqs.weight that is not " + count + " positive f32 numbers");
    }
    return factors;
  }

  private String key(String name) {
    return architecture.key() + "." + name;
  }

  private Optional<Number> number(String key) {
    Object value = file.metadata().get(key);
    if (value == null || value instanceof Number) {
      return Optional.ofNullable((Number) value);
    }
    throw fault("gives key " + key + " the value " + value + ", which is not a number");
  }

  private Number required(String key) {
    return number(key).orElseThrow(() -> fault("lacks the key " + key));
  }

  private double positive(String name) {
    return positive(key(name), required(key(name)));
  }

  private double positive(String name, double otherwise) {
    return number(key(name)).map(value -> positive(key(name), value)).orElse(otherwise);
  }

  private double positive(String key, Number value) {
    if (!(value.doubleValue() > 0 && value.doubleValue() < Double.POSITIVE_INFINITY)) {
      throw impossible(key, value);
    }
    return value.doubleValue();
  }

  private int size(String name) {
    return size(key(name), required(key(name)));
  }

  private int size(String name, int otherwise) {
    return number(key(name)).map(value -> size(key(name), value)).orElse(otherwise);
  }

  private int size(String key, Number value) {
    if (value.intValue() < 1 || value.intValue() != value.doubleValue()) {
      throw impossible(key, value);
    }
    return value.intValue();
  }

  private ModelException impossible(String key, Number value) {
    return fault("gives key " + key + " the impossible value " + value);
  }

  private ModelException fault(String what) {
    return new ModelException("GGUF file " + file.path() + " " + what);
  }
}
