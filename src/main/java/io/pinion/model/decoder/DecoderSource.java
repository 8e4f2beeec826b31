package io.pinion.model.decoder;

import io.pinion.model.LanguageModel;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.SourceText;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a decoder (Llama and its relatives) as TorchScript text, for one stage of its layers: what
 * takes weights in and looks after the cache here, the forward pass by {@link FusedForward} where
 * the CPU's kernels serve, else by {@link TorchForward}.
 *
 * <p>A forward pass works on the new tokens of all sequences laid end to end, {@code [tokens,
 * hidden]}, so that matrix products see one large batch whatever the lengths. The last layer goes
 * on with the tokens alone whose logits are asked for. Every number that depends on the
 * configuration is written into the text.
 */
public final class DecoderSource {
  public static final String CLASS = "Decoder";
  public static final String[] LISTS = {
    "weights", "scales", "zeros", "keys", "values", "tables", "prefix_keys", "prefix_values"
  };

  private final SourceText text = new SourceText(CLASS);

  private DecoderSource() {}

  /**
   * The layers that one device holds.
   *
   * @param from the first layer
   * @param to the layer after the last
   */
  public record Stage(int from, int to, boolean first, boolean last) {
    public int layers() {
      return to - from;
    }
  }

  /**
   * The source for a stage.
   *
   * @param type what vectors, the cache and hidden states have: F32, BF16 or F16
   * @param kernels whether the CPU's kernels do what is not a product; see {@link CpuKernels}
   */
  public static String write(
      ModelConfig config, Stage stage, TensorType type, MatrixFormat matrices, boolean kernels) {
    DecoderSource source = new DecoderSource();
    LinearLayers products = new LinearLayers(matrices);
    source.text.line(0, "class Decoder(Module):");
    source.text.line(1, "__parameters__ = []");
    source.text.line(1, "__buffers__ = []");
    source.text.line(1, "training : bool");
    for (String list : LISTS) {
      source.text.line(1, list + " : List[Tensor]");
    }
    source.loading();
    products.methods(source.text);
    source.cache();
    if (kernels) {
      new FusedForward(config, stage, matrices, products, source.text).write();
    } else {
      source.prefix();
      new TorchForward(config, stage, type, matrices, products, source.text).write();
    }
    return source.text.toString();
  }

  /**
   * The weights of one layer in the order in which the source reads them; each is one tensor put
   * together from the named ones, row by row.
   */
  public static List<List<String>> layerWeights(ModelConfig config, int layer) {
    String p = "model.layers." + layer + ".";
    String a = p + "self_attn.";
    String m = p + "mlp.";
    List<List<String>> weights = new ArrayList<>();
    weights.add(List.of(p + "input_layernorm.weight"));
    weights.add(named(a, ".weight", "q_proj", "k_proj", "v_proj"));
    if (config.queryKeyValueBias()) {
      weights.add(named(a, ".bias", "q_proj", "k_proj", "v_proj"));
    }
    if (config.queryKeyNorm()) {
      weights.add(List.of(a + "q_norm.weight"));
      weights.add(List.of(a + "k_norm.weight"));
    }
    weights.add(List.of(a + "o_proj.weight"));
    if (config.outputBias()) {
      weights.add(List.of(a + "o_proj.bias"));
    }
    weights.add(List.of(p + "post_attention_layernorm.weight"));
    weights.add(named(m, ".weight", "gate_proj", "up_proj"));
    if (config.mlpBias()) {
      weights.add(named(m, ".bias", "gate_proj", "up_proj"));
    }
    weights.add(List.of(m + "down_proj.weight"));
    if (config.mlpBias()) {
      weights.add(List.of(m + "down_proj.bias"));
    }
    return weights;
  }

  private static List<String> named(String prefix, String suffix, String... names) {
    return java.util.Arrays.stream(names).map(name -> prefix + name + suffix).toList();
  }

  private void loading() {
    text.method(
        "load", "keys: List[Tensor], values: List[Tensor], tables: List[Tensor]", "NoneType");
    for (String list : List.of("keys", "values", "tables")) {
      text.line(2, "self." + list + " = " + list);
    }
    text.line(2, "return None");
    text.method("add", "weight: Tensor", "NoneType");
    text.line(2, "self.weights = torch.append(self.weights, weight)");
    text.line(2, "self.scales = torch.append(self.scales, weight)");
    text.line(2, "self.zeros = torch.append(self.zeros, weight)");
    text.line(2, "return None");
    // Several decoders hold the same lists, which nobody changes once all weights are added.
    text.line(1, "def share_weights(self: __torch__." + CLASS + ") -> List[List[Tensor]]:");
    text.line(2, "return [self.weights, self.scales, self.zeros]");
    text.method("take_weights", "lists: List[List[Tensor]]", "NoneType");
    text.line(2, "self.weights = lists[0]");
    text.line(2, "self.scales = lists[1]");
    text.line(2, "self.zeros = lists[2]");
    text.line(2, "return None");
    // view_copy: torch.view has no overload for a type, and a BFLOAT16 tensor made from a buffer
    // aborts the JVM.
    text.method("allocate", "anchor: Tensor, shape: List[int], type: int", "Tensor");
    text.line(2, "return torch.new_zeros(anchor, shape, dtype=type)");
    text.method("reinterpret", "raw: Tensor, type: int", "Tensor");
    text.line(2, "return torch.view_copy(raw, dtype=type)");
    text.method("fill", "target: Tensor, row: int, rows: int, source: Tensor", "NoneType");
    text.line(2, "part = torch.narrow(target, 0, row, rows)");
    text.line(2, "copied = torch.copy_(part, torch.view_as(source, part))");
    text.line(2, "return None");
  }

  private void cache() {
    // Negative paddings cut.
    text.method("resize", "slots: int, length: int", "NoneType");
    text.line(2, "for i in range(torch.len(self.keys)):");
    for (String list : List.of("keys", "values")) {
      text.line(
          3,
          "self."
              + list
              + "[i] = torch.constant_pad_nd(self."
              + list
              + "[i], [0, 0, 0, length, 0, 0, 0, slots], 0.)");
    }
    text.line(2, "return None");
    text.method(
        "copy_slots", "source: Tensor, target: Tensor, first: int, length: int", "NoneType");
    text.line(2, "for i in range(torch.len(self.keys)):");
    for (String list : List.of("keys", "values")) {
      text.line(3, list + " = torch.narrow(self." + list + "[i], 2, first, length)");
      text.line(3, "moved_" + list + " = torch.index_select(" + list + ", 0, source)");
      text.line(
          3, "done_" + list + " = torch.index_copy_(" + list + ", 0, target, moved_" + list + ")");
    }
    text.line(2, "return None");
  }

  private void prefix() {
    // Prefix p of layer i is number p * layers + i.
    text.method("save_prefix", "prefix: int, slot: int, length: int", "NoneType");
    text.line(2, "layers = torch.len(self.keys)");
    text.line(2, "if torch.eq(torch.len(self.prefix_keys), 0):");
    text.line(3, "none = torch.new_empty(self.keys[0], [0])");
    text.line(3, "for i in range(torch.mul(layers, " + LanguageModel.PREFIXES + ")):");
    for (String list : List.of("keys", "values")) {
      text.line(4, "self.prefix_" + list + " = torch.append(self.prefix_" + list + ", none)");
    }
    text.line(2, "for i in range(layers):");
    for (String list : List.of("keys", "values")) {
      text.line(3, "own_" + list + " = torch.select(self." + list + "[i], 0, slot)");
      text.line(
          3,
          "self.prefix_"
              + list
              + "[prefix * layers + i] = torch.clone(torch.narrow(own_"
              + list
              + ", 1, 0, length))");
    }
    text.line(2, "return None");
    text.method("load_prefix", "prefix: int, slots: List[int], length: int", "NoneType");
    text.line(2, "layers = torch.len(self.keys)");
    text.line(2, "for i in range(layers):");
    for (String list : List.of("keys", "values")) {
      String kept = "kept_" + list;
      text.line(
          3, kept + " = torch.narrow(self.prefix_" + list + "[prefix * layers + i], 1, 0, length)");
      text.line(3, "for j in range(torch.len(slots)):");
      text.line(
          4, "own = torch.narrow(torch.select(self." + list + "[i], 0, slots[j]), 1, 0, length)");
      text.line(4, "done = torch.copy_(own, " + kept + ")");
    }
    text.line(2, "return None");
  }

  /** Where the last norm's weight stands among a stage's: behind all layers' weights. */
  static int finalNorm(ModelConfig config, Stage stage) {
    return (stage.first() ? 1 : 0) + stage.layers() * layerWeights(config, 0).size();
  }

  /**
   * Where the output matrix stands among a stage's weights. A tied one that is packed stands apart
   * from the embedding, which is looked up in row by row.
   */
  public static int headIndex(ModelConfig config, Stage stage, MatrixFormat matrices) {
    boolean plain = matrices == MatrixFormat.PLAIN;
    return stage.first() && config.tiedEmbeddings() && plain ? 0 : finalNorm(config, stage) + 1;
  }

  /** Hidden states from token ids, or by the explicit move to the device of a stage's weights. */
  static void enter(SourceText text, Stage stage) {
    text.line(
        2,
        stage.first()
            ? "x = torch.embedding(self.weights[0], input)"
            : "x = torch.to(input, self.weights[0])");
  }

  /** Puts a part's logits to those of the step. */
  static void put(SourceText text) {
    text.line(
        2,
        "put = torch.copy_(torch.narrow(out, 0, row, wanted), torch.narrow(logits, 0, 0, wanted))");
    text.line(2, "return out");
  }
}
