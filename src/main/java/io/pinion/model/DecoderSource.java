package io.pinion.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a decoder (Llama and its relatives) as TorchScript text, for one stage of its layers.
 *
 * <p>A forward pass works on the new tokens of all sequences laid end to end, {@code [tokens,
 * hidden]}, so that matrix products see one large batch whatever the lengths. Attention has two
 * parts. The last new token of every sequence is done in one batch of products against the cache's
 * first slots, with the query heads of a group folded into rows. Sequences with more than one new
 * token (a prompt) are then done one by one. Every number that depends on the configuration is
 * written into the text.
 */
final class DecoderSource {
  static final String CLASS = "Decoder";
  static final String[] LISTS = {"weights", "keys", "values", "tables"};

  private final ModelConfig config;
  private final Stage stage;
  private final StringBuilder text = new StringBuilder();

  private DecoderSource(ModelConfig config, Stage stage) {
    this.config = config;
    this.stage = stage;
  }

  /**
   * The layers that one device holds.
   *
   * @param from the first layer
   * @param to the layer after the last
   */
  record Stage(int from, int to, boolean first, boolean last) {
    int layers() {
      return to - from;
    }
  }

  /** The source for a stage. */
  static String write(ModelConfig config, Stage stage) {
    return new DecoderSource(config, stage).source();
  }

  /**
   * The weights of one layer in the order in which the source reads them; each is one tensor put
   * together from the named ones, row by row.
   */
  static List<List<String>> layerWeights(ModelConfig config, int layer) {
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

  private String source() {
    line(0, "class Decoder(Module):");
    line(1, "__parameters__ = []");
    line(1, "__buffers__ = []");
    line(1, "training : bool");
    for (String list : LISTS) {
      line(1, list + " : List[Tensor]");
    }
    loading();
    cache();
    norm();
    rotary();
    attention();
    forward();
    return text.toString();
  }

  private void loading() {
    method(
        "load",
        "weights: List[Tensor], keys: List[Tensor], values: List[Tensor], tables: List[Tensor]",
        "NoneType");
    for (String list : LISTS) {
      line(2, "self." + list + " = " + list);
    }
    line(2, "return None");
    // view_copy: torch.view has no overload for a type, and a BFLOAT16 tensor made from a buffer
    // aborts the JVM.
    method("allocate", "anchor: Tensor, shape: List[int], type: int", "Tensor");
    line(2, "return torch.new_zeros(anchor, shape, dtype=type)");
    method("reinterpret", "raw: Tensor, type: int", "Tensor");
    line(2, "return torch.view_copy(raw, dtype=type)");
    method("fill", "target: Tensor, row: int, rows: int, source: Tensor", "NoneType");
    line(2, "part = torch.narrow(target, 0, row, rows)");
    line(2, "copied = torch.copy_(part, torch.view_as(source, part))");
    line(2, "return None");
  }

  private void cache() {
    method("grow", "slots: int, length: int", "NoneType");
    line(2, "for i in range(torch.len(self.keys)):");
    line(
        3,
        "self.keys[i] = torch.constant_pad_nd(self.keys[i], [0, 0, 0, length, 0, 0, 0, slots], 0.)");
    line(
        3,
        "self.values[i] = torch.constant_pad_nd(self.values[i], [0, 0, 0, length, 0, 0, 0, slots], 0.)");
    line(2, "return None");
    method("copy_slots", "source: Tensor, target: Tensor, length: int", "NoneType");
    line(2, "for i in range(torch.len(self.keys)):");
    for (String list : List.of("keys", "values")) {
      line(3, list + " = torch.narrow(self." + list + "[i], 2, 0, length)");
      line(3, "moved_" + list + " = torch.index_select(" + list + ", 0, source)");
      line(3, "done_" + list + " = torch.index_copy_(" + list + ", 0, target, moved_" + list + ")");
    }
    line(2, "return None");
  }

  private void norm() {
    method("norm", "x: Tensor, weight: Tensor", "Tensor");
    line(2, "wide = torch.to(x, 6)");
    line(2, "variance = torch.mean(torch.pow(wide, 2), [-1], True)");
    line(2, "scale = torch.rsqrt(torch.add(variance, " + config.rmsNormEpsilon() + "))");
    line(2, "return torch.mul(weight, torch.type_as(torch.mul(wide, scale), x))");
  }

  private void rotary() {
    int half = config.headDim() / 2;
    method("rotate", "x: Tensor, cosine: Tensor, sine: Tensor", "Tensor");
    line(2, "low = torch.narrow(x, -1, 0, " + half + ")");
    line(2, "high = torch.narrow(x, -1, " + half + ", " + half + ")");
    line(2, "turned = torch.cat([torch.neg(high), low], -1)");
    line(2, "return torch.add(torch.mul(x, cosine), torch.mul(turned, sine))");
  }

  private void attention() {
    int kvHeads = config.keyValueHeads();
    int group = config.heads() / kvHeads;
    int dim = config.headDim();
    double scale = 1 / Math.sqrt(dim);
    // query [batch, kv heads, rows, dim]; hidden true where a key must not be seen.
    method("attend", "query: Tensor, keys: Tensor, values: Tensor, hidden: Tensor", "Tensor");
    line(
        2, "scores = torch.matmul(torch.mul(query, " + scale + "), torch.transpose(keys, -2, -1))");
    line(2, "masked = torch.masked_fill(torch.to(scores, 6), hidden, -3.0e38)");
    line(2, "weights = torch.type_as(torch.softmax(masked, -1), values)");
    line(2, "return torch.matmul(weights, values)");

    method(
        "last_tokens",
        "query: Tensor, keys: Tensor, values: Tensor, length: int, hidden: Tensor",
        "Tensor");
    line(2, "n = torch.size(query, 0)");
    line(2, "k = torch.narrow(torch.narrow(keys, 0, 0, n), 2, 0, length)");
    line(2, "v = torch.narrow(torch.narrow(values, 0, 0, n), 2, 0, length)");
    line(2, "folded = torch.view(query, [n, " + kvHeads + ", " + group + ", " + dim + "])");
    line(
        2,
        "return torch.reshape(self.attend(folded, k, v, hidden), [n, "
            + kvHeads * group * dim
            + "])");

    method(
        "prompt_tokens",
        "query: Tensor, keys: Tensor, values: Tensor, slot: int, length: int, hidden: Tensor",
        "Tensor");
    line(2, "n = torch.size(query, 0)");
    line(2, "k = torch.narrow(torch.select(keys, 0, slot), 1, 0, length)");
    line(2, "v = torch.narrow(torch.select(values, 0, slot), 1, 0, length)");
    line(2, "split = torch.view(query, [n, " + kvHeads + ", " + group + ", " + dim + "])");
    line(
        2,
        "folded = torch.reshape(torch.permute(split, [1, 2, 0, 3]), ["
            + kvHeads
            + ", "
            + group
            + " * n, "
            + dim
            + "])");
    line(2, "rows = torch.repeat(hidden, [" + group + ", 1])");
    line(
        2,
        "out = torch.view(self.attend(folded, k, v, rows), ["
            + kvHeads
            + ", "
            + group
            + ", n, "
            + dim
            + "])");
    line(
        2,
        "return torch.reshape(torch.permute(out, [2, 0, 1, 3]), [n, "
            + kvHeads * group * dim
            + "])");
  }

  private void forward() {
    // prompts: four numbers for each sequence with several new tokens: its slot, where its tokens
    // begin, how many there are, and the cache's length after them.
    method(
        "forward",
        "input: Tensor, positions: Tensor, slots: Tensor, last: Tensor, length: int, prompts:"
            + " List[int]",
        "Tensor");
    // The explicit move between stages: to the device of this stage's own weights.
    line(
        2,
        stage.first()
            ? "x = torch.embedding(self.weights[0], input)"
            : "x = torch.to(input, self.weights[0])");
    line(
        2,
        "cosine = torch.unsqueeze(torch.type_as(torch.index_select(self.tables[0], 0, positions), x), 1)");
    line(
        2,
        "sine = torch.unsqueeze(torch.type_as(torch.index_select(self.tables[1], 0, positions), x), 1)");
    line(2, "single = torch.eq(torch.size(input, 0), torch.size(last, 0))");
    masks();
    line(2, "for layer in range(" + stage.layers() + "):");
    layer();
    if (stage.last()) {
      line(2, "ends = x if single else torch.index_select(x, 0, last)");
      int after = (stage.first() ? 1 : 0) + stage.layers() * layerWeights(config, 0).size();
      line(2, "normed = self.norm(ends, self.weights[" + after + "])");
      String head =
          stage.first() && config.tiedEmbeddings()
              ? "self.weights[0]"
              : "self.weights[" + (after + 1) + "]";
      line(2, "return torch.to(torch.linear(normed, " + head + "), 6)");
    } else {
      line(2, "return x");
    }
  }

  private void masks() {
    boolean window = config.slidingWindow() > 0;
    line(2, "steps = torch.narrow(self.tables[2], 0, 0, length)");
    line(2, "ends_at = torch.unsqueeze(torch.index_select(positions, 0, last), 1)");
    line(2, "count = torch.size(last, 0)");
    line(2, "full = torch.view(torch.gt(steps, ends_at), [count, 1, 1, length])");
    line(2, "full_prompts = annotate(List[Tensor], [])");
    if (window) {
      line(
          2,
          "near = torch.logical_or(full, torch.view(torch.le(steps, torch.sub(ends_at, "
              + config.slidingWindow()
              + ")), [count, 1, 1, length]))");
      line(2, "near_prompts = annotate(List[Tensor], [])");
    }
    line(2, "for i in range(torch.floordiv(torch.len(prompts), 4)):");
    line(
        3,
        "at = torch.unsqueeze(torch.narrow(positions, 0, prompts[4 * i + 1], prompts[4 * i + 2]), 1)");
    line(3, "seen = torch.narrow(self.tables[2], 0, 0, prompts[4 * i + 3])");
    line(3, "after = torch.gt(seen, at)");
    line(3, "full_prompts = torch.append(full_prompts, after)");
    if (window) {
      line(
          3,
          "near_prompts = torch.append(near_prompts, torch.logical_or(after, torch.le(seen, torch.sub(at, "
              + config.slidingWindow()
              + "))))");
    }
  }

  private void layer() {
    int heads = config.heads();
    int kvHeads = config.keyValueHeads();
    int dim = config.headDim();
    int perLayer = layerWeights(config, 0).size();
    line(3, "base = " + (stage.first() ? 1 : 0) + " + layer * " + perLayer);
    int next = 0;
    line(3, "normed = self.norm(x, " + weight(next++) + ")");
    String qkv = weight(next++);
    String qkvBias = config.queryKeyValueBias() ? ", " + weight(next++) : "";
    line(
        3,
        "qkv = torch.view(torch.linear(normed, "
            + qkv
            + qkvBias
            + "), [-1, "
            + (heads + 2 * kvHeads)
            + ", "
            + dim
            + "])");
    line(3, "q = torch.narrow(qkv, 1, 0, " + heads + ")");
    line(3, "k = torch.narrow(qkv, 1, " + heads + ", " + kvHeads + ")");
    line(3, "v = torch.narrow(qkv, 1, " + (heads + kvHeads) + ", " + kvHeads + ")");
    if (config.queryKeyNorm()) {
      line(3, "q = self.norm(q, " + weight(next++) + ")");
      line(3, "k = self.norm(k, " + weight(next++) + ")");
    }
    line(3, "q = self.rotate(q, cosine, sine)");
    line(3, "k = self.rotate(k, cosine, sine)");
    line(3, "keys = self.keys[layer]");
    line(3, "values = self.values[layer]");
    line(3, "at = annotate(List[Optional[Tensor]], [slots, None, positions])");
    line(3, "stored_keys = torch.index_put_(keys, at, k)");
    line(3, "stored_values = torch.index_put_(values, at, v)");
    attendInLayer();
    String output = weight(next++);
    String outputBias = config.outputBias() ? ", " + weight(next++) : "";
    line(3, "x = torch.add(x, torch.linear(mixed, " + output + outputBias + "))");
    line(3, "normed = self.norm(x, " + weight(next++) + ")");
    String gateUp = weight(next++);
    String gateUpBias = config.mlpBias() ? ", " + weight(next++) : "";
    line(3, "both = torch.linear(normed, " + gateUp + gateUpBias + ")");
    int width = config.intermediateSize();
    line(3, "gate = torch.silu(torch.narrow(both, 1, 0, " + width + "))");
    line(3, "inner = torch.mul(gate, torch.narrow(both, 1, " + width + ", " + width + "))");
    String down = weight(next++);
    String downBias = config.mlpBias() ? ", " + weight(next) : "";
    line(3, "x = torch.add(x, torch.linear(inner, " + down + downBias + "))");
  }

  private void attendInLayer() {
    String full = "full";
    String prompts = "full_prompts";
    if (config.slidingWindow() > 0) {
      List<String> flags = new ArrayList<>();
      for (int i = stage.from(); i < stage.to(); i++) {
        flags.add(config.slidingLayers().get(i) ? "True" : "False");
      }
      line(3, "windows = annotate(List[bool], [" + String.join(", ", flags) + "])");
      line(3, "hidden = near if windows[layer] else full");
      line(3, "hidden_prompts = near_prompts if windows[layer] else full_prompts");
      full = "hidden";
      prompts = "hidden_prompts";
    }
    line(3, "if single:");
    line(4, "mixed = self.last_tokens(torch.contiguous(q), keys, values, length, " + full + ")");
    line(3, "else:");
    line(
        4,
        "lasts = self.last_tokens(torch.index_select(q, 0, last), keys, values, length, "
            + full
            + ")");
    line(
        4,
        "mixed = torch.new_empty(x, [torch.size(x, 0), "
            + config.heads() * config.headDim()
            + "])");
    line(4, "for i in range(torch.floordiv(torch.len(prompts), 4)):");
    line(5, "part = torch.narrow(q, 0, prompts[4 * i + 1], prompts[4 * i + 2])");
    line(
        5,
        "one = self.prompt_tokens(torch.contiguous(part), keys, values, prompts[4 * i], prompts[4 * i + 3], "
            + prompts
            + "[i])");
    line(
        5,
        "put = torch.copy_(torch.narrow(mixed, 0, prompts[4 * i + 1], prompts[4 * i + 2]), one)");
    line(4, "put = torch.index_copy_(mixed, 0, last, lasts)");
  }

  private static String weight(int index) {
    return "self.weights[base + " + index + "]";
  }

  private void method(String name, String parameters, String result) {
    line(
        1,
        "def " + name + "(self: __torch__." + CLASS + ", " + parameters + ") -> " + result + ":");
  }

  private void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
  }
}
