package io.pinion.model.decoder;

import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.decoder.DecoderSource.Stage;
import io.pinion.torch.SourceText;
import java.util.ArrayList;
import java.util.List;

/**
 * The forward pass in libtorch's own operations, for every device and type; the oracle of {@link
 * FusedForward}.
 *
 * <p>Attention is done by {@link AttentionGroup}: sequences with about as many new tokens share one
 * batch of products over {@code [sequences × key/value heads, new tokens × heads of a group, dim]}.
 * What is the same for all layers (masks, turned positions, places in the cache) is worked out
 * once.
 */
public final class TorchForward {
  /** What a hidden key's score becomes: as low as the type goes without infinity. */
  private static final String LOWEST = "-3.0e38";

  private static final String LOWEST_F16 = "-6.0e4";

  private final ModelConfig config;
  private final Stage stage;
  private final TensorType type;
  private final MatrixFormat matrices;
  private final LinearLayers products;
  private final SourceText text;

  TorchForward(
      ModelConfig config,
      Stage stage,
      TensorType type,
      MatrixFormat matrices,
      LinearLayers products,
      SourceText text) {
    this.config = config;
    this.stage = stage;
    this.type = type;
    this.matrices = matrices;
    this.products = products;
    this.text = text;
  }

  /** Writes the method {@code forward} and what it calls. */
  void write() {
    norm();
    attention();
    forward();
  }

  private void norm() {
    // The sum of squares in FLOAT32 without a copy of x in FLOAT32.
    text.method("norm", "x: Tensor, weight: Tensor", "Tensor");
    text.line(2, "length = torch.linalg_vector_norm(x, 2., [-1], True, dtype=6)");
    text.line(2, "mean = torch.div(torch.mul(length, length), torch.size(x, -1))");
    text.line(2, "scale = torch.rsqrt(torch.add(mean, " + config.rmsNormEpsilon() + "))");
    text.line(2, "return torch.mul(weight, torch.type_as(torch.mul(x, scale), x))");
  }

  private void attention() {
    int kvHeads = config.keyValueHeads();
    int group = config.heads() / kvHeads;
    int dim = config.headDim();
    double scale = 1 / Math.sqrt(dim);
    // place [sequences × width]: each query's position, -1 for one that fills up.
    text.method("mask", "place: Tensor, width: int, window: int, like: Tensor", "Tensor");
    text.line(2, "length = torch.size(self.keys[0], 2)");
    text.line(2, "steps = torch.narrow(self.tables[2], 0, 0, length)");
    text.line(2, "at = torch.unsqueeze(place, 1)");
    text.line(2, "hidden = torch.gt(steps, at)");
    text.line(2, "if torch.gt(window, 0):");
    text.line(3, "unseen = torch.logical_or(hidden, torch.le(steps, torch.sub(at, window)))");
    text.line(2, "else:");
    text.line(3, "unseen = hidden");
    text.line(
        2,
        "low = torch.mul(torch.type_as(unseen, like), "
            + (type == TensorType.F16 ? LOWEST_F16 : LOWEST)
            + ")");
    text.line(2, "n = torch.floordiv(torch.size(place, 0), width)");
    text.line(2, "shaped = torch.view(low, [n, 1, width, 1, length])");
    text.line(2, "if torch.eq(width, 1):");
    text.line(3, "wide = torch.expand(shaped, [n, " + kvHeads + ", 1, 1, length])");
    text.line(3, "all = torch.reshape(wide, [-1, 1, length])");
    text.line(2, "else:");
    text.line(
        3, "wider = torch.expand(shaped, [n, " + kvHeads + ", width, " + group + ", length])");
    text.line(
        3,
        "all = torch.reshape(wider, [torch.mul(n, "
            + kvHeads
            + "), torch.mul(width, "
            + group
            + "), length])");
    text.line(2, "return all");

    // query [sequences × width, heads, dim]; keys and values [sequences, kv heads, length, dim].
    text.method(
        "attend",
        "query: Tensor, keys: Tensor, values: Tensor, mask: Tensor, width: int",
        "Tensor");
    text.line(2, "length = torch.size(keys, 2)");
    text.line(2, "flat_keys = torch.view(keys, [-1, length, " + dim + "])");
    text.line(2, "flat_values = torch.view(values, [-1, length, " + dim + "])");
    String folded = "[-1, width, " + kvHeads + ", " + group + ", " + dim + "]";
    text.line(2, "if torch.eq(width, 1):");
    text.line(3, "rows = torch.reshape(query, [-1, " + group + ", " + dim + "])");
    text.line(2, "else:");
    text.line(3, "apart = torch.permute(torch.reshape(query, " + folded + "), [0, 2, 1, 3, 4])");
    text.line(3, "rows = torch.reshape(apart, [-1, torch.mul(width, " + group + "), " + dim + "])");
    text.line(2, "products = torch.bmm(rows, torch.transpose(flat_keys, 1, 2))");
    text.line(2, "scores = torch.add(mask, products, alpha=" + scale + ")");
    text.line(2, "mixed = torch.bmm(torch.softmax(scores, -1), flat_values)");
    text.line(2, "if torch.eq(width, 1):");
    text.line(3, "out = torch.view(mixed, [-1, " + kvHeads * group * dim + "])");
    text.line(2, "else:");
    text.line(
        3,
        "back = torch.permute(torch.view(mixed, [-1, "
            + kvHeads
            + ", width, "
            + group
            + ", "
            + dim
            + "]), [0, 2, 1, 3, 4])");
    text.line(3, "out = torch.reshape(back, [-1, " + kvHeads * group * dim + "])");
    text.line(2, "return out");
  }

  private void forward() {
    // out: the FLOAT32 logits of all parts of the step, row: the first one of this part.
    // groups, numbers: AttentionGroup's, one after the other; back: where in their outputs, laid
    // end to end, each token's stands.
    text.method(
        "forward",
        "input: Tensor, positions: Tensor, slots: Tensor, ends: Tensor, wanted: int, back:"
            + " Tensor, groups: List[Tensor], numbers: List[int], out: Tensor, row: int",
        "Tensor");
    DecoderSource.enter(text, stage);
    text.line(
        2,
        "cosine = torch.unsqueeze(torch.type_as(torch.index_select(self.tables[0], 0, positions), x), 1)");
    text.line(
        2,
        "sine = torch.unsqueeze(torch.type_as(torch.index_select(self.tables[1], 0, positions), x), 1)");
    text.line(2, "count = torch.floordiv(torch.len(numbers), " + AttentionGroup.NUMBERS + ")");
    text.line(2, "length = torch.size(self.keys[0], 2)");
    text.line(
        2,
        "first = torch.add(torch.mul(slots, torch.mul(length, "
            + config.keyValueHeads()
            + ")), positions)");
    text.line(
        2,
        "heads = torch.mul(torch.narrow(self.tables[2], 0, 0, "
            + config.keyValueHeads()
            + "), length)");
    text.line(2, "at = torch.add(torch.unsqueeze(first, 1), heads)");
    masks();
    text.line(2, "for layer in range(" + stage.layers() + "):");
    layer();
    if (stage.last()) {
      text.line(
          2, "normed = self.norm(x, self.weights[" + DecoderSource.finalNorm(config, stage) + "])");
      text.line(
          2,
          "logits = "
              + products.head(
                  "normed",
                  "self.weights[" + DecoderSource.headIndex(config, stage, matrices) + "]"));
      DecoderSource.put(text);
    } else {
      text.line(2, "return x");
    }
  }

  private void masks() {
    text.line(2, "full = annotate(List[Tensor], [])");
    if (config.slidingWindow() > 0) {
      text.line(2, "near = annotate(List[Tensor], [])");
    }
    text.line(2, "for i in range(count):");
    String arguments =
        "(groups["
            + AttentionGroup.TENSORS
            + " * i], numbers["
            + AttentionGroup.NUMBERS
            + " * i + 2], ";
    text.line(3, "full = torch.append(full, self.mask" + arguments + "0, x))");
    if (config.slidingWindow() > 0) {
      text.line(
          3, "near = torch.append(near, self.mask" + arguments + config.slidingWindow() + ", x))");
    }
  }

  private void layer() {
    int heads = config.heads();
    int kvHeads = config.keyValueHeads();
    int dim = config.headDim();
    int perLayer = DecoderSource.layerWeights(config, 0).size();
    text.line(3, "base = " + (stage.first() ? 1 : 0) + " + layer * " + perLayer);
    int next = 0;
    text.line(3, "normed = self.norm(x, " + weight(next++) + ")");
    String qkv = weight(next++);
    String qkvBias = config.queryKeyValueBias() ? weight(next++) : "None";
    text.line(
        3,
        "qkv = torch.view("
            + products.linear("normed", qkv, qkvBias)
            + ", [-1, "
            + (heads + 2 * kvHeads)
            + ", "
            + dim
            + "])");
    if (config.queryKeyNorm()) {
      text.line(
          3,
          "q_normed = self.norm(torch.narrow(qkv, 1, 0, " + heads + "), " + weight(next++) + ")");
      text.line(
          3,
          "k_normed = self.norm(torch.narrow(qkv, 1, "
              + heads
              + ", "
              + kvHeads
              + "), "
              + weight(next++)
              + ")");
      text.line(3, "qk = torch.cat([q_normed, k_normed], 1)");
    } else {
      text.line(3, "qk = torch.narrow(qkv, 1, 0, " + (heads + kvHeads) + ")");
    }
    // The sine's first half is negative, see TorchScriptModel.
    text.line(
        3,
        "turned = torch.addcmul(torch.mul(qk, cosine), torch.roll(qk, ["
            + dim / 2
            + "], [-1]), sine)");
    text.line(3, "q = torch.narrow(turned, 1, 0, " + heads + ")");
    text.line(3, "k = torch.narrow(turned, 1, " + heads + ", " + kvHeads + ")");
    text.line(3, "v = torch.narrow(qkv, 1, " + (heads + kvHeads) + ", " + kvHeads + ")");
    text.line(3, "keys = self.keys[layer]");
    text.line(3, "values = self.values[layer]");
    text.line(3, "into = annotate(List[Optional[Tensor]], [at])");
    text.line(3, "stored_keys = torch.index_put_(torch.view(keys, [-1, " + dim + "]), into, k)");
    text.line(
        3, "stored_values = torch.index_put_(torch.view(values, [-1, " + dim + "]), into, v)");
    attendInLayer();
    if (stage.last()) {
      text.line(
          3,
          "if torch.__and__(torch.eq(layer, "
              + (stage.layers() - 1)
              + "), torch.ne(torch.size(ends, 0), torch.size(x, 0))):");
      text.line(4, "x0 = torch.index_select(x, 0, ends)");
      text.line(4, "mixed0 = torch.index_select(mixed, 0, ends)");
      text.line(3, "else:");
      text.line(4, "x0 = x");
      text.line(4, "mixed0 = mixed");
    } else {
      text.line(3, "x0 = x");
      text.line(3, "mixed0 = mixed");
    }
    String output = weight(next++);
    String outputBias = config.outputBias() ? weight(next++) : "None";
    text.line(3, "x1 = " + products.addedLinear("x0", "mixed0", output, outputBias));
    text.line(3, "normed1 = self.norm(x1, " + weight(next++) + ")");
    String gateUp = weight(next++);
    String gateUpBias = config.mlpBias() ? weight(next++) : "None";
    text.line(3, "both = " + products.linear("normed1", gateUp, gateUpBias));
    int width = config.intermediateSize();
    text.line(3, "gate = torch.silu(torch.narrow(both, 1, 0, " + width + "))");
    text.line(3, "inner = torch.mul(gate, torch.narrow(both, 1, " + width + ", " + width + "))");
    String down = weight(next++);
    String downBias = config.mlpBias() ? weight(next) : "None";
    text.line(3, "x = " + products.addedLinear("x1", "inner", down, downBias));
  }

  private void attendInLayer() {
    String masks = "full";
    if (config.slidingWindow() > 0) {
      List<String> flags = new ArrayList<>();
      for (int i = stage.from(); i < stage.to(); i++) {
        flags.add(config.slidingLayers().get(i) ? "True" : "False");
      }
      text.line(3, "windows = annotate(List[bool], [" + String.join(", ", flags) + "])");
      text.line(3, "masks = near if windows[layer] else full");
      masks = "masks";
    }
    text.line(3, "parts = annotate(List[Tensor], [])");
    text.line(3, "for i in range(count):");
    String number = "numbers[" + AttentionGroup.NUMBERS + " * i + ";
    String tensor = "groups[" + AttentionGroup.TENSORS + " * i + ";
    text.line(4, "from = " + number + "0]");
    text.line(4, "span = " + number + "1]");
    text.line(4, "width = " + number + "2]");
    text.line(4, "whole = torch.eq(" + number + "3], 1)");
    text.line(4, "own_q = q if whole else torch.index_select(q, 0, " + tensor + "1])");
    text.line(4, "if torch.gt(span, 0):");
    text.line(5, "own_keys = torch.narrow(keys, 0, from, span)");
    text.line(5, "own_values = torch.narrow(values, 0, from, span)");
    text.line(4, "else:");
    text.line(5, "own_keys = torch.index_select(keys, 0, " + tensor + "2])");
    text.line(5, "own_values = torch.index_select(values, 0, " + tensor + "2])");
    text.line(4, "part = self.attend(own_q, own_keys, own_values, " + masks + "[i], width)");
    text.line(4, "parts = torch.append(parts, part)");
    text.line(3, "joined = parts[0] if torch.eq(count, 1) else torch.cat(parts)");
    text.line(
        3, "mixed = joined if torch.eq(numbers[3], 1) else torch.index_select(joined, 0, back)");
  }

  private static String weight(int index) {
    return "self.weights[base + " + index + "]";
  }
}
