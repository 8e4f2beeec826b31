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
 * {@link FusedForward} with matrices in 8 bits: between two products the kernels round to 8 bits
 * and scale what comes out too. Rows travel between products as levels and scales ({@code x8},
 * {@code x_scale}); the last kernel of a layer does the next one's first norm.
 */
final class Int8Forward extends FusedForward {
  private final PreNormLayer layer;
  private final RmsNorm inputNorm;
  private final RmsNorm mlpNorm;
  private final GatedMlp mlp;
  private final RmsNorm finalNorm;

  /** For a decoder that {@link #fits}. */
  Int8Forward(Decoder decoder, Stage stage, LinearLayers linears, SourceText text) {
    super(decoder, stage, linears, text);
    this.layer = (PreNormLayer) decoder.layer();
    this.inputNorm = (RmsNorm) layer.inputNorm();
    this.mlpNorm = (RmsNorm) layer.mlpNorm();
    this.mlp = (GatedMlp) layer.mlp();
    this.finalNorm = (RmsNorm) decoder.finalNorm();
  }

  /** Whether a decoder is made of the blocks that the kernels join in this way. */
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
    // The first norm was done with what came before.
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
      String product,
      String scale,
      String bias,
      String weight,
      double epsilon) {
    String call =
        call(KernelOperators.ADD_RMS_NORM_QUANT, added, product, scale, bias, weight, epsilon);
    write("${sum}, x8, x_scale, = ${call}", Map.of("sum", sum, "call", call));
  }

  /**
   * The weight of the next layer's first norm. Behind the last layer is the last norm; a stage
   * without one takes any, and drops the result.
   */
  private String following() {
    return WeightCursor.weight(
        stage.last()
            ? "base + " + perLayer()
            : firstOfLayers() + " + (layer + 1) % " + stage.layers() + " * " + perLayer());
  }

  @Override
  void logits() {
    // The last norm was done with the last layer.
    weight(finalNorm.weight());
    String logits = call("torch.mul_", linears.gemm8("x8", head()), "x_scale");
    write("logits = ${logits}", Map.of("logits", finished(logits)));
  }
}
