package io.pinion.model.runtime;

import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import io.pinion.model.checkpoint.gguf.GgufWriter;
import io.pinion.model.checkpoint.gguf.GgufWriter.Items;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Lays a checkpoint out as a GGUF file, as llama.cpp's converter does: its names, and the rows of q
 * and k of Llama models interleaved.
 */
public final class GgufModelWriter {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("model.embed_tokens", "token_embd"),
          Map.entry("model.norm", "output_norm"),
          Map.entry("lm_head", "output"),
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));

  private final ModelConfig config;
  private final String architecture;
  private final GgufWriter writer;

  private GgufModelWriter(ModelConfig config, int version) {
    this.config = config;
    this.architecture = config.architecture();
    this.writer = new GgufWriter(version);
  }

  /** A writer that holds the whole model, which tests may still damage. */
  public static GgufWriter of(RandomCheckpoint checkpoint, int version) {
    GgufModelWriter model = new GgufModelWriter(checkpoint.config(), version);
    model.metadata();
    model.rope();
    checkpoint.weights().forEach(weight -> model.weight(checkpoint, weight));
    return model.writer;
  }

  private void metadata() {
    writer.put("general.architecture", Kind.STRING, architecture);
    whole("block_count", config.layers());
    whole("context_length", config.maxPositionEmbeddings());
    whole("embedding_length", config.hiddenSize());
    whole("feed_forward_length", config.intermediateSize());
    whole("attention.head_count", config.heads());
    whole("attention.head_count_kv", config.keyValueHeads());
    whole("attention.key_length", config.headDim());
    whole("rope.dimension_count", config.headDim());
    if (config.slidingWindow() > 0) {
      whole("attention.sliding_window", config.slidingWindow());
    }
    number("attention.layer_norm_rms_epsilon", config.normEpsilon());
    number("rope.freq_base", config.ropeTheta());
    writer.put("tokenizer.ggml.bos_token_id", Kind.UINT32, config.bosTokenId());
    writer.put("tokenizer.ggml.eos_token_id", Kind.UINT32, config.eosTokenIds().get(0));
    writer.put(
        "tokenizer.ggml.tokens", Kind.ARRAY, new Items(Kind.STRING, List.of("<unk>", "<s>", "é")));
  }

  private void rope() {
    RopeScaling scaling = config.ropeScaling();
    if (scaling instanceof RopeScaling.Linear linear) {
      writer.put(architecture + ".rope.scaling.type", Kind.STRING, "linear");
      number("rope.scaling.factor", linear.factor());
    }
    if (scaling instanceof RopeScaling.Yarn yarn) {
      writer.put(architecture + ".rope.scaling.type", Kind.STRING, "yarn");
      number("rope.scaling.factor", yarn.factor());
      whole("rope.scaling.original_context_length", yarn.originalMaxPositionEmbeddings());
    }
    if (scaling instanceof RopeScaling.Factors factors) {
      int count = factors.factors().size();
      ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
      factors.factors().forEach(factor -> bytes.putFloat(factor.floatValue()));
      writer.tensor("rope_freqs.weight", TensorType.F32, bytes.array(), count);
    }
  }

  private void whole(String key, int value) {
    writer.put(architecture + "." + key, Kind.UINT32, value);
  }

  private void number(String key, double value) {
    writer.put(architecture + "." + key, Kind.FLOAT32, value);
  }

  private void weight(RandomCheckpoint checkpoint, Weight weight) {
    byte[] bytes = new byte[checkpoint.rows(weight, 0, weight.rows()).remaining()];
    checkpoint.rows(weight, 0, weight.rows()).get(bytes);
    boolean llama =
        config.architecture().equals("llama") || config.architecture().equals("mistral");
    if (llama && weight.name().contains(".q_proj.")) {
      bytes = interleaved(bytes, config.heads());
    }
    if (llama && weight.name().contains(".k_proj.")) {
      bytes = interleaved(bytes, config.keyValueHeads());
    }
    long[] shape =
        weight.vector()
            ? new long[] {weight.columns()}
            : new long[] {weight.columns(), weight.rows()};
    writer.tensor(name(weight.name()), weight.type(), bytes, shape);
  }

  /** The converter's {@code reshape(heads, 2, headDim / 2, columns).swapaxes(1, 2)}. */
  private byte[] interleaved(byte[] rows, int heads) {
    int half = config.headDim() / 2;
    int rowBytes = rows.length / (heads * config.headDim());
    byte[] result = new byte[rows.length];
    int written = 0;
    for (int head = 0; head < heads; head++) {
      for (int pair = 0; pair < half; pair++) {
        for (int side = 0; side < 2; side++) {
          int row = (head * 2 + side) * half + pair;
          System.arraycopy(rows, row * rowBytes, result, written, rowBytes);
          written += rowBytes;
        }
      }
    }
    return result;
  }

  private static String name(String name) {
    int end = name.lastIndexOf('.');
    String part = name.substring(0, end);
    String suffix = name.substring(end);
    if (!part.startsWith("model.layers.")) {
      return NAMES.get(part) + suffix;
    }
    int layerEnd = part.indexOf('.', "model.layers.".length());
    String layer = part.substring("model.layers.".length(), layerEnd);
    return "blk." + layer + "." + NAMES.get(part.substring(layerEnd + 1)) + suffix;
  }
}
