package io.pinion.model.decoder;

import static io.pinion.torch.SourceText.call;

import ai.djl.Device;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.decoder.DecoderSource.Stage;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.SourceText;

/**
 * The forward pass in products and the kernels of {@link CpuKernels}, which do all of a layer that
 * lies between two products in one operation each: norms, attention with its turned positions and
 * its cache, gates, and with 8-bit matrices the rounding to 8 bits and the scales behind products.
 *
 * <p>In 8 bits rows travel between products as steps and scales ({@code x8}, {@code x_scale}); the
 * last kernel of a layer does the next one's first norm.
 */
public final class FusedForward {
  private final ModelConfig config;
  private final Stage stage;
  private final MatrixFormat matrices;
  private final LinearLayers products;
  private final SourceText text;
  private final int perLayer;

  /** The next weight of a layer that has not been read. */
  private int next;

  FusedForward(
      ModelConfig config,
      Stage stage,
      MatrixFormat matrices,
      LinearLayers products,
      SourceText text) {
    this.config = config;
    this.stage = stage;
    this.matrices = matrices;
    this.products = products;
    this.text = text;
    this.perLayer = DecoderSource.layerWeights(config, 0).size();
  }

  /** Whether a model can run so: on CPUs, in F32 or BF16, with rows of whole blocks. */
  public static boolean fits(Device device, TensorType type, ModelConfig config) {
    return CpuKernels.available(device)
        && (type == TensorType.F32 || type == TensorType.BF16)
        && config.headDim() % CpuKernels.BLOCK == 0
        && config.hiddenSize() % CpuKernels.BLOCK == 0
        && config.intermediateSize() % CpuKernels.BLOCK == 0;
  }

  /**
   * Writes {@code forward}: counts, starts, and the rows and numbers of shared tokens are by
   * sequence, whose rows of the cache follow each other from {@code slot} on; {@code out} has the
   * FLOAT32 logits of all parts of a step, {@code row} is this part's first.
   */
  void write() {
    text.method(
        "forward",
        "input: Tensor, counts: Tensor, starts: Tensor, prefixes: Tensor, shared: Tensor, slot: int,"
            + " ends: Tensor, wanted: int, out: Tensor, row: int",
        "Tensor");
    DecoderSource.enter(text, stage);
    text.line(2, "none = torch.new_empty(x, [0, 1])");
    int first = stage.first() ? 1 : 0;
    if (products.in8Bits()) {
      text.line(
          2, "x8, x_scale, = " + kernel("rms_norm_quant", "x", "self.weights[" + first + "]"));
    }
    text.line(2, "for layer in range(" + stage.layers() + "):");
    text.line(3, "base = " + first + " + layer * " + perLayer);
    if (products.in8Bits()) {
      layerIn8Bits(first);
    } else {
      layer();
    }
    if (stage.last()) {
      logits();
    } else {
      text.line(2, "return x");
    }
  }

  private void layer() {
    text.line(3, "normed = " + kernel("rms_norm", "x", weight()));
    String qkv = weight();
    text.line(
        3, "qkv = " + products.linear("normed", qkv, weightIf(config.queryKeyValueBias(), "None")));
    text.line(3, "mixed = " + attend("attention", "none", "none"));
    select("x", "mixed");
    String output = weight();
    String outputBias = weightIf(config.outputBias(), "None");
    text.line(3, "x1 = " + products.addedLinear("x", "mixed", output, outputBias));
    text.line(3, "normed1 = " + kernel("rms_norm", "x1", weight()));
    String gateUp = weight();
    text.line(
        3, "both = " + products.linear("normed1", gateUp, weightIf(config.mlpBias(), "None")));
    text.line(3, "inner = ops.pinion.silu_and_mul(both)");
    String down = weight();
    text.line(
        3, "x = " + products.addedLinear("x1", "inner", down, weightIf(config.mlpBias(), "None")));
  }

  private void layerIn8Bits(int first) {
    // The first norm's, which was done with what came before.
    weight();
    text.line(3, "qkv = " + products.ofSteps("x8", weight()));
    String qkvBias = weightIf(config.queryKeyValueBias(), "none");
    text.line(3, "mixed8, mixed_scale, = " + attend("attention_quant", "x_scale", qkvBias));
    select("x", "mixed8", "mixed_scale");
    text.line(3, "output = " + products.ofSteps("mixed8", weight()));
    String outputBias = weightIf(config.outputBias(), "none");
    text.line(
        3,
        "x1, x8, x_scale, = "
            + kernel("add_rms_norm_quant", "x", "output", "mixed_scale", outputBias, weight()));
    text.line(3, "both = " + products.ofSteps("x8", weight()));
    String gateUpBias = weightIf(config.mlpBias(), "none");
    text.line(
        3,
        "inner8, inner_scale, = "
            + call("ops.pinion.silu_and_mul_quant", "both", "x_scale", gateUpBias));
    text.line(3, "down = " + products.ofSteps("inner8", weight()));
    String downBias = weightIf(config.mlpBias(), "none");
    // Behind the last layer is the last norm; a stage without one takes any, and drops the result.
    String following =
        stage.last()
            ? "base + " + perLayer
            : first + " + (layer + 1) % " + stage.layers() + " * " + perLayer;
    text.line(
        3,
        "x, x8, x_scale, = "
            + kernel(
                "add_rms_norm_quant",
                "x1",
                "down",
                "inner_scale",
                downBias,
                "self.weights[" + following + "]"));
  }

  private void logits() {
    String head = "self.weights[" + DecoderSource.headIndex(config, stage, matrices) + "]";
    if (products.in8Bits()) {
      text.line(2, "logits = torch.mul_(" + products.ofSteps("x8", head) + ", x_scale)");
    } else {
      int norm = DecoderSource.finalNorm(config, stage);
      text.line(2, "normed = " + kernel("rms_norm", "x", "self.weights[" + norm + "]"));
      text.line(2, "logits = " + products.head("normed", head));
    }
    DecoderSource.put(text);
  }

  private String attend(String kernel, String scales, String bias) {
    String queryNorm = weightIf(config.queryKeyNorm(), "none");
    String keyNorm = weightIf(config.queryKeyNorm(), "none");
    return call(
        "ops.pinion." + kernel,
        "qkv",
        scales,
        bias,
        queryNorm,
        keyNorm,
        "self.tables[0], self.tables[1], self.keys[layer], self.values[layer], counts, starts,"
            + " prefixes, shared, slot",
        window(),
        config.keyValueHeads(),
        config.headDim(),
        config.rmsNormEpsilon());
  }

  /** How many tokens the layer at hand sees; 0 for all. */
  private String window() {
    if (config.slidingWindow() == 0) {
      return "0";
    }
    StringBuilder windows = new StringBuilder("annotate(List[int], [");
    for (int i = stage.from(); i < stage.to(); i++) {
      windows.append(i == stage.from() ? "" : ", ");
      windows.append(config.slidingLayers().get(i) ? config.slidingWindow() : 0);
    }
    return windows.append("])[layer]").toString();
  }

  /** In the last layer goes on with the tokens alone whose logits are wanted. */
  private void select(String... names) {
    if (!stage.last()) {
      return;
    }
    text.line(
        3,
        "if torch.__and__(torch.eq(layer, "
            + (stage.layers() - 1)
            + "), torch.ne(torch.size(ends, 0), torch.size(x, 0))):");
    for (String name : names) {
      text.line(4, name + "_ends = torch.index_select(" + name + ", 0, ends)");
    }
    text.line(3, "else:");
    for (String name : names) {
      text.line(4, name + "_ends = " + name);
    }
    for (String name : names) {
      text.line(3, name + " = " + name + "_ends");
    }
  }

  private String kernel(String name, Object... arguments) {
    Object[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = config.rmsNormEpsilon();
    return call("ops.pinion." + name, all);
  }

  /** LinearLayers take {@code None} for a weight that there is not, kernels {@code none}. */
  private String weightIf(boolean there, String otherwise) {
    return there ? weight() : otherwise;
  }

  /** The layer's next weight, in the order of {@link DecoderSource#layerWeights}. */
  private String weight() {
    return "self.weights[base + " + next++ + "]";
  }
}
