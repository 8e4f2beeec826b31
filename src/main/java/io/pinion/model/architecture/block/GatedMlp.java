package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.WeightSpec.Part;
import java.util.Map;

/**
 * Two projections, one of them an activation's, multiplied and projected back (Shazeer 2020, arXiv
 * 2002.05202).
 *
 * @param gateUp the gate's rows, then the other projection's
 * @param width how many rows each has
 * @param activation an expression of {@code ${x}}; the kernels know {@link #SILU}
 */
public record GatedMlp(Linear gateUp, Linear down, long width, String activation) implements Mlp {
  public static final String SILU = "torch.silu(${x})";

  /** The one of Llama and its relatives, SwiGLU. */
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
