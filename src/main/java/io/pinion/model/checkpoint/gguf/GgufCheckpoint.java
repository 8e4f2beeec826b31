package io.pinion.model.checkpoint.gguf;

import io.pinion.model.Architecture;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file as a checkpoint.
 *
 * <p>Files of architecture {@code llama} hold the rows of q and k in the order of an interleaved
 * rotary embedding; {@link #rows} puts them back into Hugging Face's order, where a head's first
 * half of rows are the even ones.
 */
public final class GgufCheckpoint implements Checkpoint {
  private static final Map<String, String> LAYER_PARTS =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("post_attention_layernorm", "ffn_norm"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));
  private static final Map<String, String> OTHERS =
      Map.of(
          "model.embed_tokens.weight", "token_embd.weight",
          "model.norm.weight", "output_norm.weight",
          "lm_head.weight", "output.weight");

  private final GgufFile file;
  private final ModelConfig config;

  private GgufCheckpoint(GgufFile file, ModelConfig config) {
    this.file = file;
    this.config = config;
  }

  /** Opens a file and reads its header; see {@link GgufFile#open} and {@link GgufMetadata#read}. */
  public static GgufCheckpoint open(Path path) {
    GgufFile file = GgufFile.open(path);
    try {
      return new GgufCheckpoint(file, GgufMetadata.read(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String origin() {
    return file.path().toString();
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public long parameters() {
    return file.tensors().values().stream()
        .mapToLong(tensor -> Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact))
        .sum();
  }

  @Override
  public Optional<Weight> weight(String name) {
    return Optional.ofNullable(file.tensors().get(stored(name)))
        .map(
            tensor -> {
              boolean vector = tensor.shape().length == 1;
              long rows = 1;
              for (int i = 1; i < tensor.shape().length; i++) {
                rows *= tensor.shape()[i];
              }
              return new Weight(name, rows, tensor.shape()[0], vector, tensor.type());
            });
  }

  @Override
  public ByteBuffer rows(Weight weight, long from, long to) {
    GgufFile.Tensor tensor = file.tensors().get(stored(weight.name()));
    if (!permuted(weight.name())) {
      long rowBytes = tensor.bytes() / weight.rows();
      return file.bytes(tensor, from * rowBytes, (to - from) * rowBytes);
    }
    long count = weight.vector() ? weight.columns() : weight.rows();
    if (count % config.headDim() != 0 || weight.vector() && !weight.type().plain()) {
      throw new ModelException(
          "GGUF file "
              + file.path()
              + " stores "
              + count
              + " rows of "
              + weight.name()
              + " in "
              + weight.type()
              + ", which cannot be put in order by heads of "
              + config.headDim());
    }
    long rowBytes = tensor.bytes() / count;
    return weight.vector()
        ? gather(tensor, 0, count, rowBytes)
        : gather(tensor, from, to, rowBytes);
  }

  private ByteBuffer gather(GgufFile.Tensor tensor, long from, long to, long rowBytes) {
    ByteBuffer stored = file.bytes(tensor, 0, tensor.bytes());
    ByteBuffer ordered =
        ByteBuffer.allocate(Math.toIntExact((to - from) * rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (long row = from; row < to; row++) {
      ordered.put(stored.slice((int) (storedRow(row) * rowBytes), (int) rowBytes));
    }
    return ordered.flip();
  }

  /** Where Hugging Face's row of q or k stands in an interleaved file. */
  private long storedRow(long row) {
    long half = config.headDim() / 2;
    long head = row / config.headDim();
    long inHead = row % config.headDim();
    return head * config.headDim() + 2 * (inHead % half) + inHead / half;
  }

  private boolean permuted(String name) {
    boolean interleaved =
        config.architecture() == Architecture.LLAMA
            || config.architecture() == Architecture.MISTRAL;
    return interleaved && (name.contains(".q_proj.") || name.contains(".k_proj."));
  }

  private static String stored(String name) {
    String other = OTHERS.get(name);
    if (other != null) {
      return other;
    }
    // model.layers.N.PART.weight
    String[] parts = name.split("\\.", 4);
    int end = parts.length < 4 ? -1 : parts[3].lastIndexOf('.');
    String part = end < 0 ? null : LAYER_PARTS.get(parts[3].substring(0, end));
    return part == null ? name : "blk." + parts[2] + "." + part + parts[3].substring(end);
  }

  @Override
  public TokenizerData tokenizer() {
    if (!file.metadata().containsKey("tokenizer.ggml.tokens")) {
      throw new ModelException(
          "GGUF file " + file.path() + " holds no tokenizer (tokenizer.ggml.tokens)");
    }
    return new TokenizerData.Gguf(file.metadata(), file.path().toString());
  }

  @Override
  public Map<String, String> specialTokens() {
    Map<String, String> texts = new HashMap<>();
    Map<String, String> keys =
        Map.of(
            "bos_token", "bos_token_id",
            "eos_token", "eos_token_id",
            "unk_token", "unknown_token_id",
            "pad_token", "padding_token_id");
    keys.forEach((name, key) -> tokenText(key).ifPresent(text -> texts.put(name, text)));
    return texts;
  }

  private Optional<String> tokenText(String key) {
    Object id = file.metadata().get("tokenizer.ggml." + key);
    Object tokens = file.metadata().get("tokenizer.ggml.tokens");
    if (id instanceof Number number
        && tokens instanceof List<?> list
        && number.longValue() >= 0
        && number.longValue() < list.size()) {
      return Optional.of(list.get(number.intValue()).toString());
    }
    return Optional.empty();
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.ofNullable(file.metadata().get("tokenizer.chat_template"))
        .map(Object::toString);
  }

  @Override
  public void close() {
    file.close();
  }
}
