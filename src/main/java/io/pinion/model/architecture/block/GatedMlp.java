package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.WeightSpec.Part;
import java.util.Map;

/**
 * A gated MLP: the activated gate projection times the up projection, projected back (Shazeer 2020,
 * arXiv 2002.05202).
 *
 * @param gateUp the rows of the gate projection, then those of the up projection
 * @param width number of rows of each
 * @param activation an expression of {@code ${x}}; the kernels implement {@link #SILU}
 */
public record GatedMlp(Linear gateUp, Linear down, long width, String activation) implements Mlp {
  public static final String SILU = "torch.silu(${x})";

  /** SwiGLU with the weight names of Llama. */
  public static GatedMlp silu(ModelConfig config, String prefix) {
    long width = config.intermediateSize();
    return new GatedMlp(
        Linear.of(
            config.hiddenSize(),
            config.mlpBias(),
            new Part(prefix + "gate_proj", width),
            new Part(prefix + "up_proj", width)),
        Linear.of(width, config.mlpBias(), new Part(prefix + "down_proj", config.hiddenSize())),
        width,
        SILU);
  }

  @Override
  public void write(BlockWriter out, String added, String input) {
    out.write("both = ${both}", Map.of("both", out.linear(input, gateUp)));
    out.gate("inner", "both", activation, width);
    out.write("x = ${sum}", Map.of("sum", out.addedLinear(added, "inner", down)));
  }
}
