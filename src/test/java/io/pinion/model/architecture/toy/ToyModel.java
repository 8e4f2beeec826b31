package io.pinion.model.architecture.toy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.gguf.GgufWriter;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import io.pinion.model.checkpoint.huggingface.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A toy model's random weights, and the files that hold them. */
final class ToyModel {
  static final int VOCABULARY = 264;
  static final int HIDDEN = 32;
  static final int INNER = 48;
  static final int LAYERS = 2;
  static final int HEADS = 2;
  static final int DIM = 16;
  static final int POSITIONS = 64;
  static final double SCALE = 1.5;
  static final double EPSILON = 1e-5f;

  /** By name, a matrix or a vector; q, k and v apart. */
  final Map<String, float[][]> weights = new LinkedHashMap<>();

  ToyModel(long seed) {
    Random random = new Random(seed);
    put(random, "toy.embed.weight", VOCABULARY, HIDDEN);
    put(random, "toy.positions.weight", POSITIONS, HIDDEN);
    for (int i = 0; i < LAYERS; i++) {
      String layer = "toy.blocks." + i + ".";
      put(random, layer + "norm.weight", 1, HIDDEN);
      put(random, layer + "norm.bias", 1, HIDDEN);
      linear(random, layer + "attention.query", HEADS * DIM, HIDDEN);
      linear(random, layer + "attention.key", HEADS * DIM, HIDDEN);
      linear(random, layer + "attention.value", HEADS * DIM, HIDDEN);
      linear(random, layer + "attention.dense", HIDDEN, HEADS * DIM);
      linear(random, layer + "mlp.in", INNER, HIDDEN);
      linear(random, layer + "mlp.out", HIDDEN, INNER);
    }
    put(random, "toy.norm.weight", 1, HIDDEN);
    put(random, "toy.norm.bias", 1, HIDDEN);
    put(random, "toy.head.weight", VOCABULARY, HIDDEN);
  }

  private void linear(Random random, String name, int rows, int columns) {
    put(random, name + ".weight", rows, columns);
    put(random, name + ".bias", 1, rows);
  }

  private void put(Random random, String name, int rows, int columns) {
    float[][] numbers = new float[rows][columns];
    for (float[] row : numbers) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) random.nextGaussian() * 0.3f;
      }
    }
    weights.put(name, numbers);
  }

  /** A directory as from a hub, without a tokenizer. */
  Path directory(Path directory) throws IOException {
    Files.createDirectories(directory);
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model_type", "toy_decoder");
    config.put("vocab_size", VOCABULARY);
    config.put("hidden_size", HIDDEN);
    config.put("intermediate_size", INNER);
    config.put("num_hidden_layers", LAYERS);
    config.put("num_attention_heads", HEADS);
    config.put("max_position_embeddings", POSITIONS);
    config.put("layer_norm_eps", EPSILON);
    config.put("embedding_scale", SCALE);
    config.put("bos_token_id", 256);
    config.put("eos_token_id", 257);
    Files.writeString(
        directory.resolve("config.json"), new ObjectMapper().writeValueAsString(config));
    SafetensorsWriter writer = new SafetensorsWriter();
    weights.forEach((name, rows) -> addTo(writer, name, rows));
    Files.write(directory.resolve("model.safetensors"), writer.bytes());
    return directory;
  }

  private void addTo(SafetensorsWriter writer, String name, float[][] rows) {
    if (name.contains(".key.") || name.contains(".value.")) {
      return;
    }
    if (!name.contains(".query.")) {
      writer.add(name, TensorType.F32, shape(name, rows.length, rows[0].length), flat(rows));
      return;
    }
    boolean vector = name.endsWith(".bias");
    int columns = vector ? 1 : HIDDEN;
    ByteBuffer all = ByteBuffer.allocate(4 * 3 * HEADS * DIM * columns);
    for (int head = 0; head < HEADS; head++) {
      for (String part : new String[] {"query", "key", "value"}) {
        float[] numbers = flat(weights.get(name.replace("query", part)));
        for (int i = 0; i < DIM * columns; i++) {
          all.putFloat(numbers[head * DIM * columns + i]);
        }
      }
    }
    float[] numbers = new float[3 * HEADS * DIM * columns];
    all.flip().asFloatBuffer().get(numbers);
    long[] shape = vector ? new long[] {numbers.length} : new long[] {3 * HEADS * DIM, HIDDEN};
    writer.add(name.replace("query", "query_key_value"), TensorType.F32, shape, numbers);
  }

  private static long[] shape(String name, long rows, long columns) {
    return vector(name) ? new long[] {columns} : new long[] {rows, columns};
  }

  private static boolean vector(String name) {
    return name.endsWith(".bias") || name.endsWith("norm.weight");
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  /** A GGUF file without a tokenizer. */
  Path gguf(Path path) {
    GgufWriter writer = new GgufWriter(3);
    writer.put("general.architecture", Kind.STRING, "toydecoder");
    whole(writer, "block_count", LAYERS);
    whole(writer, "context_length", POSITIONS);
    whole(writer, "embedding_length", HIDDEN);
    whole(writer, "feed_forward_length", INNER);
    whole(writer, "attention.head_count", HEADS);
    writer.put("toydecoder.attention.layer_norm_epsilon", Kind.FLOAT32, EPSILON);
    writer.put("toydecoder.embedding_scale", Kind.FLOAT32, SCALE);
    writer.put("tokenizer.ggml.bos_token_id", Kind.UINT32, 256);
    writer.put("tokenizer.ggml.eos_token_id", Kind.UINT32, 257);
    tensor(writer, "token_embd.weight", "toy.embed.weight");
    tensor(writer, "position_embd.weight", "toy.positions.weight");
    tensor(writer, "output_norm.weight", "toy.norm.weight");
    tensor(writer, "output_norm.bias", "toy.norm.bias");
    tensor(writer, "output.weight", "toy.head.weight");
    for (int i = 0; i < LAYERS; i++) {
      String layer = "toy.blocks." + i + ".";
      for (String suffix : new String[] {".weight", ".bias"}) {
        tensor(writer, "blk." + i + ".attn_norm" + suffix, layer + "norm" + suffix);
        tensor(
            writer,
            "blk." + i + ".attn_qkv" + suffix,
            layer + "attention.query" + suffix,
            layer + "attention.key" + suffix,
            layer + "attention.value" + suffix);
        tensor(writer, "blk." + i + ".attn_output" + suffix, layer + "attention.dense" + suffix);
        tensor(writer, "blk." + i + ".ffn_up" + suffix, layer + "mlp.in" + suffix);
        tensor(writer, "blk." + i + ".ffn_down" + suffix, layer + "mlp.out" + suffix);
      }
    }
    return writer.write(path);
  }

  private static void whole(GgufWriter writer, String key, int value) {
    writer.put("toydecoder." + key, Kind.UINT32, value);
  }

  /** Weights one behind the other in one tensor. */
  private void tensor(GgufWriter writer, String stored, String... names) {
    int columns = weights.get(names[0])[0].length;
    int rows = names.length * weights.get(names[0]).length;
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows * columns).order(ByteOrder.LITTLE_ENDIAN);
    for (String name : names) {
      for (float number : flat(weights.get(name))) {
        bytes.putFloat(number);
      }
    }
    long[] shape =
        vector(names[0]) ? new long[] {(long) rows * columns} : new long[] {columns, rows};
    writer.tensor(stored, TensorType.F32, bytes.array(), shape);
  }
}
