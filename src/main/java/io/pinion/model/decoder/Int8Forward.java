package io.pinion.model.decoder;

import static io.pinion.torch.SourceText.call;

import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.GatedMlp;
import io.pinion.model.architecture.block.PreNormLayer;
import io.pinion.model.architecture.block.RmsNorm;
import io.pinion.torch.SourceText;
import java.util.Map;

/**
 * {@link FusedForward} with INT8 matrices: the kernels also rescale the output of one gemm and
 * quantize the input of the next. Between gemms a token's activations are 8-bit values and a scale
 * ({@code x8}, {@code x_scale}); the last kernel of a layer computes the first norm of the next.
 */
final class Int8Forward extends FusedForward {
  private final PreNormLayer layer;
  private final RmsNorm inputNorm;
  private final RmsNorm mlpNorm;
  private final GatedMlp mlp;
  private final RmsNorm finalNorm;

  /** Requires a decoder that {@link #fits}. */
  Int8Forward(Decoder decoder, Stage stage, LinearLayers linears, SourceText text) {
    super(decoder, stage, linears, text);
    this.layer = (PreNormLayer) decoder.layer();
    this.inputNorm = (RmsNorm) layer.inputNorm();
    this.mlpNorm = (RmsNorm) layer.mlpNorm();
    this.mlp = (GatedMlp) layer.mlp();
    this.finalNorm = (RmsNorm) decoder.finalNorm();
  }

  /** Whether a decoder consists of the blocks that these kernels fuse. */
  static boolean fits(Decoder decoder) {
    return decoder.layer() instanceof PreNormLayer layer
        && layer.inputNorm() instanceof RmsNorm
        && layer.mlpNorm() instanceof RmsNorm
        && layer.mlp() instanceof GatedMlp mlp
        && mlp.activation().equals(GatedMlp.SILU)
        && decoder.finalNorm() instanceof RmsNorm;
  }

  @Override
  void prepare() {
    super.prepare();
    String weight = WeightCursor.weight(String.valueOf(firstOfLayers()));
    String norm = call(KernelOperators.RMS_NORM_QUANT, "x", weight, inputNorm.epsilon());
    write("x8, x_scale, = ${norm}", Map.of("norm", norm));
  }

  @Override
  void layer() {
    // The previous layer, or prepare(), has computed the first norm.
    weight(inputNorm.weight());
    attention(layer.attention());
    String gateUp = weight(mlp.gateUp().matrix());
    write("both = ${both}", Map.of("both", linears.gemm8("x8", gateUp)));
    String gate =
        call(
            KernelOperators.SILU_AND_MUL_QUANT,
            "both",
            "x_scale",
            weight(mlp.gateUp().bias(), "none"));
    write("inner8, inner_scale, = ${gate}", Map.of("gate", gate));
    String down = weight(mlp.down().matrix());
    write("down = ${down}", Map.of("down", linears.gemm8("inner8", down)));
    String bias = weight(mlp.down().bias(), "none");
    RmsNorm following = stage.last() ? finalNorm : inputNorm;
    addNorm("x", "x1", "down", "inner_scale", bias, following(), following.epsilon());
  }

  private void attention(Attention attention) {
    String qkv = weight(attention.queryKeyValue().matrix());
    write("qkv = ${qkv}", Map.of("qkv", linears.gemm8("x8", qkv)));
    String bias = weight(attention.queryKeyValue().bias(), "none");
    attend(attention, KernelOperators.ATTENTION_QUANT, "x_scale", bias, "mixed8, mixed_scale,");
    keepOutputs("x", "mixed8", "mixed_scale");
    String output = weight(attention.output().matrix());
    write("output = ${output}", Map.of("output", linears.gemm8("mixed8", output)));
    String outputBias = weight(attention.output().bias(), "none");
    String norm = weight(mlpNorm.weight());
    addNorm("x1", "x", "output", "mixed_scale", outputBias, norm, mlpNorm.epsilon());
  }

  private void addNorm(
      String sum,
      String added,
      String gemm,
      String scale,
      String bias,
      String weight,
      double epsilon) {
    String call =
        call(KernelOperators.ADD_RMS_NORM_QUANT, added, gemm, scale, bias, weight, epsilon);
    write("${sum}, x8, x_scale, = ${call}", Map.of("sum", sum, "call", call));
  }

  /**
   * The weight of the next norm: the next layer's first, or the final norm after the last layer. A
   * stage without a final norm wraps around to its first layer, and the result is not used.
   */
  private String following() {
    return WeightCursor.weight(
        stage.last()
            ? "base + " + perLayer()
            : firstOfLayers() + " + (layer + 1) % " + stage.layers() + " * " + perLayer());
  }

  @Override
  void logits() {
    // The last layer has computed the final norm.
    weight(finalNorm.weight());
    String logits = call("torch.mul_", linears.gemm8("x8", head()), "x_scale");
    write("logits = ${logits}", Map.of("logits", finished(logits)));
  }
}
