package io.pinion.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
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
    Architecture architecture =
        Arrays.stream(Architecture.values())
            .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ModelException(
                        "GGUF file "
                            + file.path()
                            + " has architecture "
                            + name
                            + ", which Pinion cannot run. It runs "
                            + Arrays.toString(Architecture.values()).toLowerCase(Locale.ROOT)));
    return new GgufMetadata(file, architecture).config();
  }

  private ModelConfig config() {
    int heads = whole("attention.head_count");
    int hidden = whole("embedding_length");
    int layers = whole("block_count");
    int headDim =
        optional("attention.key_length")
            .map(v -> positive("attention.key_length", v))
            .orElse(hidden / heads);
    int keyValueHeads =
        optional("attention.head_count_kv")
            .map(v -> positive("attention.head_count_kv", v))
            .orElse(heads);
    int rotary =
        optional("rope.dimension_count")
            .map(v -> positive("rope.dimension_count", v))
            .orElse(headDim);
    if (heads % keyValueHeads != 0 || rotary != headDim || headDim % 2 != 0) {
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
    int window = optional("attention.sliding_window").map(Number::intValue).orElse(0);
    return new ModelConfig(
        architecture,
        vocabularySize(),
        hidden,
        whole("feed_forward_length"),
        layers,
        heads,
        keyValueHeads,
        headDim,
        whole("context_length"),
        number("attention.layer_norm_rms_epsilon"),
        optional("rope.freq_base").map(Number::doubleValue).orElse(10000.0),
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

  private int vocabularySize() {
    GgufFile.Tensor embedding = file.tensors().get("token_embd.weight");
    if (embedding == null || embedding.shape().length != 2) {
      throw fault("has no matrix token_embd.weight");
    }
    return Math.toIntExact(embedding.shape()[1]);
  }

  private Set<Integer> endTokens() {
    Set<Integer> ids = new LinkedHashSet<>();
    token("eos_token_id").ifPresent(ids::add);
    token("eot_token_id").ifPresent(ids::add);
    return ids;
  }

  private Optional<Integer> token(String key) {
    Object value = file.metadata().get("tokenizer.ggml." + key);
    return value instanceof Number number ? Optional.of(number.intValue()) : Optional.empty();
  }

  private RopeScaling ropeScaling(int headDim) {
    GgufFile.Tensor factors = file.tensors().get("rope_freqs.weight");
    if (factors != null) {
      return new RopeScaling.Factors(floats(factors, headDim / 2));
    }
    Object type = file.metadata().get(key("rope.scaling.type"));
    if (type == null || type.equals("none")) {
      return new RopeScaling.None();
    }
    double factor = number("rope.scaling.factor");
    if (type.equals("linear")) {
      return new RopeScaling.Linear(factor);
    }
    if (type.equals("yarn")) {
      double attention =
          optional("rope.scaling.attn_factor").map(Number::doubleValue).orElse(1.0)
              * (1 + 0.1 * Math.log(factor));
      return new RopeScaling.Yarn(
          factor, 32, 1, whole("rope.scaling.original_context_length"), attention, true);
    }
    throw fault("asks for rope scaling " + type + "; known are none, linear and yarn");
  }

  private List<Double> floats(GgufFile.Tensor tensor, int count) {
    if (tensor.type() != WeightType.F32 || tensor.shape()[0] != count) {
      throw fault("has a tensor rope_freqs.weight that is not " + count + " f32 numbers");
    }
    float[] values = new float[count];
    Dequantizer.dequantize(WeightType.F32, file.bytes(tensor, 0, tensor.bytes()), values, count);
    Double[] wide = new Double[count];
    Arrays.setAll(wide, i -> (double) values[i]);
    return List.of(wide);
  }

  private String key(String name) {
    return architecture.name().toLowerCase(Locale.ROOT) + "." + name;
  }

  private Optional<Number> optional(String name) {
    Object value = file.metadata().get(key(name));
    if (value == null || value instanceof Number) {
      return Optional.ofNullable((Number) value);
    }
    throw fault("gives key " + key(name) + " the value " + value + ", which is no number");
  }

  private double number(String name) {
    return optional(name).orElseThrow(() -> fault("lacks the key " + key(name))).doubleValue();
  }

  private int whole(String name) {
    return positive(name, optional(name).orElseThrow(() -> fault("lacks the key " + key(name))));
  }

  private int positive(String name, Number value) {
    if (value.longValue() < 1 || value.longValue() > Integer.MAX_VALUE) {
      throw fault("gives key " + key(name) + " the impossible value " + value);
    }
    return value.intValue();
  }

  private ModelException fault(String what) {
    return new ModelException("GGUF file " + file.path() + " " + what);
  }
}
