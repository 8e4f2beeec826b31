package io.pinion.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a decoder (Llama and its relatives) as TorchScript text, for one stage of its layers.
 *
 * <p>A forward pass works on the new tokens of all sequences laid end to end, {@code [tokens,
 * hidden]}, so that matrix products see one large batch whatever the lengths. Attention is done by
 * {@link AttentionGroup}: sequences with about as many new tokens share one batch of products over
 * {@code [sequences × key/value heads, new tokens × heads of a group, dim]}. What is the same for
 * all layers (masks, turned positions, places in the cache) is worked out once. The last layer goes
 * on with the tokens alone whose logits are asked for. Every number that depends on the
 * configuration is written into the text.
 */
final class DecoderSource {
  static final String CLASS = "Decoder";
  static final String[] LISTS = {
    "weights", "scales", "zeros", "keys", "values", "tables", "prefix_keys", "prefix_values"
  };

  /** What a hidden key's score becomes: as low as the type goes without infinity. */
  private static final String LOWEST = "-3.0e38";

  private static final String LOWEST_F16 = "-6.0e4";

  private final ModelConfig config;
  private final Stage stage;
  private final Matrices matrices;
  private final WeightType type;
  private final StringBuilder text = new StringBuilder();

  private DecoderSource(ModelConfig config, Stage stage, WeightType type, Matrices matrices) {
    this.config = config;
    this.stage = stage;
    this.type = type;
    this.matrices = matrices;
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

  /**
   * The source for a stage.
   *
   * @param type what vectors, the cache and hidden states have: F32, BF16 or F16
   */
  static String write(ModelConfig config, Stage stage, WeightType type, Matrices matrices) {
    return new DecoderSource(config, stage, type, matrices).source();
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
    prefix();
    norm();
    if (matrices == Matrices.INT8) {
      product8();
    }
    attention();
    forward();
    return text.toString();
  }

  private void loading() {
    method("load", "keys: List[Tensor], values: List[Tensor], tables: List[Tensor]", "NoneType");
    for (String list : List.of("keys", "values", "tables")) {
      line(2, "self." + list + " = " + list);
    }
    line(2, "return None");
    method("add", "weight: Tensor", "NoneType");
    line(2, "self.weights = torch.append(self.weights, weight)");
    line(2, "self.scales = torch.append(self.scales, weight)");
    line(2, "self.zeros = torch.append(self.zeros, weight)");
    line(2, "return None");
    method("add_matrix", "weight: Tensor", "NoneType");
    addMatrix();
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

  private void addMatrix() {
    switch (matrices) {
      case PLAIN -> line(2, "added = self.add(weight)");
      case PACKED ->
          line(
              2,
              call(
                  "added = self.add",
                  call(PackedWeights.PACK, "weight", String.valueOf(PackedWeights.ROWS))));
      case INT8 -> {
        // A row is an output channel: its largest element becomes 127.
        line(2, "wide = torch.to(weight, 6)");
        line(2, "most = torch.clamp(torch.amax(torch.abs(wide), [1]), 1.0e-12)");
        line(2, "scale = torch.div(most, 127.)");
        line(2, "steps = torch.round(torch.div(wide, torch.unsqueeze(scale, 1)))");
        line(
            2,
            "self.weights = torch.append(self.weights, ops.onednn.qlinear_prepack(torch.to(steps,"
                + " 1), None))");
        line(2, "self.scales = torch.append(self.scales, scale)");
        line(2, "self.zeros = torch.append(self.zeros, torch.zeros_like(scale, dtype=3))");
      }
    }
  }

  /**
   * A product in 8 bits, FLOAT32. Each row of x has a scale of its own, so that what else is in the
   * batch has no say: x is rounded to 255 steps around 128, and sums of whole numbers are exact.
   */
  private void product8() {
    method("product8", "x: Tensor, weight: Tensor, scale: Tensor, zero: Tensor", "Tensor");
    line(2, "most = torch.clamp(torch.to(torch.amax(torch.abs(x), [-1], True), 6), 1.0e-12)");
    line(2, "shifted = torch.add_(torch.mul(x, torch.mul(torch.reciprocal(most), 127.)), 128.5)");
    line(
        2,
        "out = ops.onednn.qlinear_pointwise(torch.to(shifted, 0), 1., 128, weight, scale, zero,"
            + " None, 1., 0, 6, \"none\", annotate(List[Optional[number]], []), \"\")");
    line(2, "return torch.mul_(out, torch.div(most, 127.))");
  }

  private void cache() {
    // Negative paddings cut.
    method("resize", "slots: int, length: int", "NoneType");
    line(2, "for i in range(torch.len(self.keys)):");
    for (String list : List.of("keys", "values")) {
      line(
          3,
          "self."
              + list
              + "[i] = torch.constant_pad_nd(self."
              + list
              + "[i], [0, 0, 0, length, 0, 0, 0, slots], 0.)");
    }
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

  private void prefix() {
    // Prefix p of layer i is number p * layers + i.
    method("save_prefix", "prefix: int, slot: int, length: int", "NoneType");
    line(2, "layers = torch.len(self.keys)");
    line(2, "if torch.eq(torch.len(self.prefix_keys), 0):");
    line(3, "none = torch.new_empty(self.keys[0], [0])");
    line(3, "for i in range(torch.mul(layers, " + LanguageModel.PREFIXES + ")):");
    for (String list : List.of("keys", "values")) {
      line(4, "self.prefix_" + list + " = torch.append(self.prefix_" + list + ", none)");
    }
    line(2, "for i in range(layers):");
    for (String list : List.of("keys", "values")) {
      line(3, "own_" + list + " = torch.select(self." + list + "[i], 0, slot)");
      line(
          3,
          "self.prefix_"
              + list
              + "[prefix * layers + i] = torch.clone(torch.narrow(own_"
              + list
              + ", 1, 0, length))");
    }
    line(2, "return None");
    method("load_prefix", "prefix: int, slots: List[int], length: int", "NoneType");
    line(2, "layers = torch.len(self.keys)");
    line(2, "for i in range(layers):");
    for (String list : List.of("keys", "values")) {
      String kept = "kept_" + list;
      line(
          3, kept + " = torch.narrow(self.prefix_" + list + "[prefix * layers + i], 1, 0, length)");
      line(3, "for j in range(torch.len(slots)):");
      line(4, "own = torch.narrow(torch.select(self." + list + "[i], 0, slots[j]), 1, 0, length)");
      line(4, "done = torch.copy_(own, " + kept + ")");
    }
    line(2, "return None");
  }

  private void norm() {
    // The sum of squares in FLOAT32 without a copy of x in FLOAT32.
    method("norm", "x: Tensor, weight: Tensor", "Tensor");
    line(2, "length = torch.linalg_vector_norm(x, 2., [-1], True, dtype=6)");
    line(2, "mean = torch.div(torch.mul(length, length), torch.size(x, -1))");
    line(2, "scale = torch.rsqrt(torch.add(mean, " + config.rmsNormEpsilon() + "))");
    line(2, "return torch.mul(weight, torch.type_as(torch.mul(x, scale), x))");
  }

  private void attention() {
    int kvHeads = config.keyValueHeads();
    int group = config.heads() / kvHeads;
    int dim = config.headDim();
    double scale = 1 / Math.sqrt(dim);
    // place [sequences × width]: each query's position, -1 for one that fills up.
    method("mask", "place: Tensor, width: int, window: int, like: Tensor", "Tensor");
    line(2, "length = torch.size(self.keys[0], 2)");
    line(2, "steps = torch.narrow(self.tables[2], 0, 0, length)");
    line(2, "at = torch.unsqueeze(place, 1)");
    line(2, "hidden = torch.gt(steps, at)");
    line(2, "if torch.gt(window, 0):");
    line(3, "unseen = torch.logical_or(hidden, torch.le(steps, torch.sub(at, window)))");
    line(2, "else:");
    line(3, "unseen = hidden");
    line(
        2,
        "low = torch.mul(torch.type_as(unseen, like), "
            + (type == WeightType.F16 ? LOWEST_F16 : LOWEST)
            + ")");
    line(2, "n = torch.floordiv(torch.size(place, 0), width)");
    line(2, "shaped = torch.view(low, [n, 1, width, 1, length])");
    line(2, "if torch.eq(width, 1):");
    line(3, "wide = torch.expand(shaped, [n, " + kvHeads + ", 1, 1, length])");
    line(3, "all = torch.reshape(wide, [-1, 1, length])");
    line(2, "else:");
    line(3, "wider = torch.expand(shaped, [n, " + kvHeads + ", width, " + group + ", length])");
    line(
        3,
        "all = torch.reshape(wider, [torch.mul(n, "
            + kvHeads
            + "), torch.mul(width, "
            + group
            + "), length])");
    line(2, "return all");

    // query [sequences × width, heads, dim]; keys and values [sequences, kv heads, length, dim].
    method(
        "attend",
        "query: Tensor, keys: Tensor, values: Tensor, mask: Tensor, width: int",
        "Tensor");
    line(2, "length = torch.size(keys, 2)");
    line(2, "flat_keys = torch.view(keys, [-1, length, " + dim + "])");
    line(2, "flat_values = torch.view(values, [-1, length, " + dim + "])");
    String folded = "[-1, width, " + kvHeads + ", " + group + ", " + dim + "]";
    line(2, "if torch.eq(width, 1):");
    line(3, "rows = torch.reshape(query, [-1, " + group + ", " + dim + "])");
    line(2, "else:");
    line(3, "apart = torch.permute(torch.reshape(query, " + folded + "), [0, 2, 1, 3, 4])");
    line(3, "rows = torch.reshape(apart, [-1, torch.mul(width, " + group + "), " + dim + "])");
    line(2, "products = torch.bmm(rows, torch.transpose(flat_keys, 1, 2))");
    line(2, "scores = torch.add(mask, products, alpha=" + scale + ")");
    line(2, "mixed = torch.bmm(torch.softmax(scores, -1), flat_values)");
    line(2, "if torch.eq(width, 1):");
    line(3, "out = torch.view(mixed, [-1, " + kvHeads * group * dim + "])");
    line(2, "else:");
    line(
        3,
        "back = torch.permute(torch.view(mixed, [-1, "
            + kvHeads
            + ", width, "
            + group
            + ", "
            + dim
            + "]), [0, 2, 1, 3, 4])");
    line(3, "out = torch.reshape(back, [-1, " + kvHeads * group * dim + "])");
    line(2, "return out");
  }

  private void forward() {
    // out: the FLOAT32 logits of all parts of the step, row: the first one of this part.
    // groups, numbers: AttentionGroup's, one after the other; back: where in their outputs, laid
    // end to end, each token's stands.
    method(
        "forward",
        "input: Tensor, positions: Tensor, slots: Tensor, ends: Tensor, wanted: int, back:"
            + " Tensor, groups: List[Tensor], numbers: List[int], out: Tensor, row: int",
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
    line(2, "count = torch.floordiv(torch.len(numbers), " + AttentionGroup.NUMBERS + ")");
    line(2, "length = torch.size(self.keys[0], 2)");
    line(
        2,
        "first = torch.add(torch.mul(slots, torch.mul(length, "
            + config.keyValueHeads()
            + ")), positions)");
    line(
        2,
        "heads = torch.mul(torch.narrow(self.tables[2], 0, 0, "
            + config.keyValueHeads()
            + "), length)");
    line(2, "at = torch.add(torch.unsqueeze(first, 1), heads)");
    masks();
    line(2, "for layer in range(" + stage.layers() + "):");
    layer();
    if (stage.last()) {
      line(2, "normed = self.norm(x, self.weights[" + finalNorm(config, stage) + "])");
      line(
          2,
          "logits = " + head("normed", "self.weights[" + headIndex(config, stage, matrices) + "]"));
      line(
          2,
          "put = torch.copy_(torch.narrow(out, 0, row, wanted), torch.narrow(logits, 0, 0, wanted))");
      line(2, "return out");
    } else {
      line(2, "return x");
    }
  }

  private static int finalNorm(ModelConfig config, Stage stage) {
    return (stage.first() ? 1 : 0) + stage.layers() * layerWeights(config, 0).size();
  }

  /**
   * Where the output matrix stands among a stage's weights. A tied one that is packed stands apart
   * from the embedding, which is looked up in row by row.
   */
  static int headIndex(ModelConfig config, Stage stage, Matrices matrices) {
    boolean plain = matrices == Matrices.PLAIN;
    return stage.first() && config.tiedEmbeddings() && plain ? 0 : finalNorm(config, stage) + 1;
  }

  private void masks() {
    line(2, "full = annotate(List[Tensor], [])");
    if (config.slidingWindow() > 0) {
      line(2, "near = annotate(List[Tensor], [])");
    }
    line(2, "for i in range(count):");
    String arguments =
        "(groups["
            + AttentionGroup.TENSORS
            + " * i], numbers["
            + AttentionGroup.NUMBERS
            + " * i + 2], ";
    line(3, "full = torch.append(full, self.mask" + arguments + "0, x))");
    if (config.slidingWindow() > 0) {
      line(3, "near = torch.append(near, self.mask" + arguments + config.slidingWindow() + ", x))");
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
    String qkvBias = config.queryKeyValueBias() ? weight(next++) : "None";
    line(
        3,
        "qkv = torch.view("
            + linear("normed", qkv, qkvBias)
            + ", [-1, "
            + (heads + 2 * kvHeads)
            + ", "
            + dim
            + "])");
    if (config.queryKeyNorm()) {
      line(
          3,
          "q_normed = self.norm(torch.narrow(qkv, 1, 0, " + heads + "), " + weight(next++) + ")");
      line(
          3,
          "k_normed = self.norm(torch.narrow(qkv, 1, "
              + heads
              + ", "
              + kvHeads
              + "), "
              + weight(next++)
              + ")");
      line(3, "qk = torch.cat([q_normed, k_normed], 1)");
    } else {
      line(3, "qk = torch.narrow(qkv, 1, 0, " + (heads + kvHeads) + ")");
    }
    // The sine's first half is negative, see TorchScriptModel.
    line(
        3,
        "turned = torch.addcmul(torch.mul(qk, cosine), torch.roll(qk, ["
            + dim / 2
            + "], [-1]), sine)");
    line(3, "q = torch.narrow(turned, 1, 0, " + heads + ")");
    line(3, "k = torch.narrow(turned, 1, " + heads + ", " + kvHeads + ")");
    line(3, "v = torch.narrow(qkv, 1, " + (heads + kvHeads) + ", " + kvHeads + ")");
    line(3, "keys = self.keys[layer]");
    line(3, "values = self.values[layer]");
    line(3, "into = annotate(List[Optional[Tensor]], [at])");
    line(3, "stored_keys = torch.index_put_(torch.view(keys, [-1, " + dim + "]), into, k)");
    line(3, "stored_values = torch.index_put_(torch.view(values, [-1, " + dim + "]), into, v)");
    attendInLayer();
    if (stage.last()) {
      line(
          3,
          "if torch.__and__(torch.eq(layer, "
              + (stage.layers() - 1)
              + "), torch.ne(torch.size(ends, 0), torch.size(x, 0))):");
      line(4, "x0 = torch.index_select(x, 0, ends)");
      line(4, "mixed0 = torch.index_select(mixed, 0, ends)");
      line(3, "else:");
      line(4, "x0 = x");
      line(4, "mixed0 = mixed");
    } else {
      line(3, "x0 = x");
      line(3, "mixed0 = mixed");
    }
    String output = weight(next++);
    String outputBias = config.outputBias() ? weight(next++) : "None";
    line(3, "x1 = " + addedLinear("x0", "mixed0", output, outputBias));
    line(3, "normed1 = self.norm(x1, " + weight(next++) + ")");
    String gateUp = weight(next++);
    String gateUpBias = config.mlpBias() ? weight(next++) : "None";
    line(3, "both = " + linear("normed1", gateUp, gateUpBias));
    int width = config.intermediateSize();
    line(3, "gate = torch.silu(torch.narrow(both, 1, 0, " + width + "))");
    line(3, "inner = torch.mul(gate, torch.narrow(both, 1, " + width + ", " + width + "))");
    String down = weight(next++);
    String downBias = config.mlpBias() ? weight(next) : "None";
    line(3, "x = " + addedLinear("x1", "inner", down, downBias));
  }

  private void attendInLayer() {
    String masks = "full";
    if (config.slidingWindow() > 0) {
      List<String> flags = new ArrayList<>();
      for (int i = stage.from(); i < stage.to(); i++) {
        flags.add(config.slidingLayers().get(i) ? "True" : "False");
      }
      line(3, "windows = annotate(List[bool], [" + String.join(", ", flags) + "])");
      line(3, "masks = near if windows[layer] else full");
      masks = "masks";
    }
    line(3, "parts = annotate(List[Tensor], [])");
    line(3, "for i in range(count):");
    String number = "numbers[" + AttentionGroup.NUMBERS + " * i + ";
    String tensor = "groups[" + AttentionGroup.TENSORS + " * i + ";
    line(4, "from = " + number + "0]");
    line(4, "span = " + number + "1]");
    line(4, "width = " + number + "2]");
    line(4, "whole = torch.eq(" + number + "3], 1)");
    line(4, "own_q = q if whole else torch.index_select(q, 0, " + tensor + "1])");
    line(4, "if torch.gt(span, 0):");
    line(5, "own_keys = torch.narrow(keys, 0, from, span)");
    line(5, "own_values = torch.narrow(values, 0, from, span)");
    line(4, "else:");
    line(5, "own_keys = torch.index_select(keys, 0, " + tensor + "2])");
    line(5, "own_values = torch.index_select(values, 0, " + tensor + "2])");
    line(4, "part = self.attend(own_q, own_keys, own_values, " + masks + "[i], width)");
    line(4, "parts = torch.append(parts, part)");
    line(3, "joined = parts[0] if torch.eq(count, 1) else torch.cat(parts)");
    line(3, "mixed = joined if torch.eq(numbers[3], 1) else torch.index_select(joined, 0, back)");
  }

  private String linear(String input, String weight, String bias) {
    return switch (matrices) {
      case PLAIN -> call("torch.linear", input, weight, bias);
      case PACKED ->
          call(
              PackedWeights.PRODUCT,
              input,
              weight,
              bias,
              "\"none\"",
              "annotate(List[Optional[number]], [])",
              "\"\"");
      case INT8 -> {
        String wide = wide8(input, weight);
        String sum = bias.equals("None") ? wide : call("torch.add", wide, bias);
        yield call("torch.type_as", sum, input);
      }
    };
  }

  private static String call(String function, String... arguments) {
    return function + "(" + String.join(", ", arguments) + ")";
  }

  private static String wide8(String input, String weight) {
    return call(
        "self.product8",
        input,
        weight,
        weight.replace("weights", "scales"),
        weight.replace("weights", "zeros"));
  }

  /** The logits, in whatever type they come in. */
  private String head(String input, String weight) {
    return matrices == Matrices.INT8 ? wide8(input, weight) : linear(input, weight, "None");
  }

  /** A product with a sum after it, in one operation where that is to be had. */
  private String addedLinear(String added, String input, String weight, String bias) {
    return matrices == Matrices.PACKED
        ? call(PackedWeights.PRODUCT, input, added, weight, bias, "\"add\"")
        : call("torch.add", added, linear(input, weight, bias));
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
