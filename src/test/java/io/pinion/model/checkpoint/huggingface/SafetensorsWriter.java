package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.runtime.RandomCheckpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes safetensors files, and Hugging Face directories around random weights. */
public final class SafetensorsWriter {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Object> header = new LinkedHashMap<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  public SafetensorsWriter() {
    header.put("__metadata__", Map.of("format", "pt"));
  }

  public SafetensorsWriter add(String name, TensorType type, long[] shape, float[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * type.blockBytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : numbers) {
      put(bytes, type, number);
    }
    int from = data.size();
    data.writeBytes(bytes.array());
    header.put(
        name,
        Map.of(
            "dtype", type.name(), "shape", shape, "data_offsets", new int[] {from, data.size()}));
    return this;
  }

  private static void put(ByteBuffer bytes, TensorType type, float number) {
    switch (type) {
      case F32 -> bytes.putFloat(number);
      case BF16 -> bytes.putShort((short) (Float.floatToIntBits(number) >>> 16));
      case F16 -> bytes.putShort(half(number));
      default -> throw new IllegalArgumentException(type + " is not a type of safetensors");
    }
  }

  /** Half precision, rounded towards zero; for numbers that are normal in it. */
  static short half(float number) {
    int bits = Float.floatToIntBits(number);
    int exponent = (bits >>> 23 & 255) - 112;
    if (exponent <= 0) {
      return (short) (bits >>> 16 & 0x8000);
    }
    return (short) (bits >>> 16 & 0x8000 | exponent << 10 | bits >>> 13 & 0x3ff);
  }

  public byte[] bytes() throws IOException {
    return bytes(JSON.writeValueAsString(header), data.toByteArray());
  }

  /** A file of this header and these bytes, whether they fit or not. */
  static byte[] bytes(String header, byte[] data) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** Writes a directory with {@code config.json} and the weights in so many shards. */
  public static void directory(
      Path directory, RandomCheckpoint checkpoint, TensorType type, int shards) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("config.json"), JSON.writeValueAsString(config(checkpoint.config())));
    List<SafetensorsWriter> writers = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      writers.add(new SafetensorsWriter());
    }
    Map<String, String> index = new LinkedHashMap<>();
    for (Checkpoint.Weight weight : checkpoint.weights()) {
      int shard = index.size() % shards;
      long[] shape =
          weight.vector()
              ? new long[] {weight.columns()}
              : new long[] {weight.rows(), weight.columns()};
      writers.get(shard).add(weight.name(), type, shape, checkpoint.numbers(weight.name()));
      index.put(weight.name(), name(shard, shards));
    }
    for (int i = 0; i < shards; i++) {
      Files.write(directory.resolve(name(i, shards)), writers.get(i).bytes());
    }
    if (shards > 1) {
      Files.writeString(
          directory.resolve("model.safetensors.index.json"),
          JSON.writeValueAsString(Map.of("metadata", Map.of(), "weight_map", index)));
    }
  }

  private static String name(int shard, int shards) {
    return shards == 1
        ? "model.safetensors"
        : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards);
  }

  /** The {@code config.json} that says what a configuration says. */
  static Map<String, Object> config(ModelConfig config) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_type", config.architecture());
    json.put("vocab_size", config.vocabularySize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headDim());
    json.put("hidden_act", "silu");
    json.put("max_position_embeddings", positions(config));
    json.put("rms_norm_eps", config.normEpsilon());
    json.put("rope_theta", config.ropeTheta());
    json.put("rope_scaling", scaling(config.ropeScaling()));
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("attention_bias", config.outputBias());
    json.put("mlp_bias", config.mlpBias());
    json.put("sliding_window", config.slidingWindow() == 0 ? null : config.slidingWindow());
    json.put(
        "layer_types",
        config.slidingLayers().stream()
            .map(slides -> slides ? "sliding_attention" : "full_attention")
            .toList());
    json.put("bos_token_id", config.bosTokenId());
    json.put("eos_token_id", config.eosTokenIds());
    return json;
  }

  private static int positions(ModelConfig config) {
    return config.ropeScaling() instanceof RopeScaling.Linear linear
        ? (int) (config.maxPositionEmbeddings() / linear.factor())
        : config.maxPositionEmbeddings();
  }

  private static Map<String, Object> scaling(RopeScaling scaling) {
    if (scaling instanceof RopeScaling.Linear linear) {
      return Map.of("type", "linear", "factor", linear.factor());
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      return Map.of(
          "rope_type", "llama3",
          "factor", llama3.factor(),
          "low_freq_factor", llama3.lowFrequencyFactor(),
          "high_freq_factor", llama3.highFrequencyFactor(),
          "original_max_position_embeddings", llama3.originalMaxPositionEmbeddings());
    }
    if (scaling instanceof RopeScaling.Yarn yarn) {
      return Map.of(
          "rope_type", "yarn",
          "factor", yarn.factor(),
          "attention_factor", yarn.attentionFactor(),
          "original_max_position_embeddings", yarn.originalMaxPositionEmbeddings());
    }
    return null;
  }
}
