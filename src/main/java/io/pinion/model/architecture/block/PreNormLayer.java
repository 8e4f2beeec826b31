package io.pinion.model.architecture.block;

import java.util.Map;

/** Attention, then MLP, each with a norm before it and a residual connection around both. */
public record PreNormLayer(Norm inputNorm, Attention attention, Norm mlpNorm, Mlp mlp)
    implements Layer {

  @Override
  public void write(BlockWriter out) {
    out.write("normed = ${norm}", Map.of("norm", inputNorm.write(out, "x")));
    out.attend(attention, "normed", "mixed");
    out.keepOutputs("x", "mixed");
    String sum = out.addedLinear("x", "mixed", attention.output());
    out.write("x1 = ${sum}", Map.of("sum", sum));
    out.write("normed1 = ${norm}", Map.of("norm", mlpNorm.write(out, "x1")));
    mlp.write(out, "x1", "normed1");
  }
}
