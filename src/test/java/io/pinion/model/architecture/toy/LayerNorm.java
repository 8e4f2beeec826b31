package io.pinion.model.architecture.toy;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.BlockWriter;
import io.pinion.model.architecture.block.Norm;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.torch.SourceText;

/** Mean and variance made 0 and 1, then a weight and a bias. */
record LayerNorm(WeightSpec weight, WeightSpec bias, int width, double epsilon) implements Norm {
  static LayerNorm of(ModelConfig config, String name) {
    int width = config.hiddenSize();
    return new LayerNorm(
        WeightSpec.vector(name + ".weight", width),
        WeightSpec.vector(name + ".bias", width),
        width,
        config.normEpsilon());
  }

  @Override
  public String write(BlockWriter out, String input) {
    String scale = out.weight(weight);
    String shift = out.weight(bias);
    return SourceText.call("torch.layer_norm", input, "[" + width + "]", scale, shift, epsilon);
  }
}
