package io.pinion.model.architecture;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Maps weight names to llama.cpp's tensor names, for the tensors that most families have. */
public final class GgufNames {
  private static final Pattern LAYER = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)\\.(\\w+)");

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
          "model.embed_tokens", "token_embd",
          "model.norm", "output_norm",
          "lm_head", "output");

  private GgufNames() {}

  /**
   * The GGUF name for a Hugging Face name such as {@code model.layers.0.input_layernorm.weight}, or
   * the given name if it is unknown.
   */
  public static String of(String weight) {
    Matcher layer = LAYER.matcher(weight);
    if (layer.matches()) {
      String part = LAYER_PARTS.get(layer.group(2));
      return part == null ? weight : "blk." + layer.group(1) + "." + part + "." + layer.group(3);
    }
    int end = Math.max(0, weight.lastIndexOf('.'));
    String other = OTHERS.get(weight.substring(0, end));
    return other == null ? weight : other + weight.substring(end);
  }

  /**
   * Location of a weight in a file whose q and k rows are in the order of an interleaved rotary
   * embedding: rotated pairs are adjacent, while in Hugging Face's layout they are half a head
   * apart.
   */
  public static StoredTensor interleaved(String weight, int headDim) {
    boolean rotated = weight.contains(".q_proj.") || weight.contains(".k_proj.");
    return rotated
        ? StoredTensor.ordered(of(weight), headDim, row -> interleaved(row, headDim))
        : StoredTensor.named(of(weight));
  }

  private static long interleaved(long row, int headDim) {
    long half = headDim / 2;
    long inHead = row % headDim;
    return row - inHead + 2 * (inHead % half) + inHead / half;
  }
}
