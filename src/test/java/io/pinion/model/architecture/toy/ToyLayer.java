package io.pinion.model.architecture.toy;

import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.BlockWriter;
import io.pinion.model.architecture.block.Layer;
import io.pinion.model.architecture.block.Linear;
import io.pinion.model.architecture.block.Norm;
import java.util.Map;

/** Attention and MLP of the same normed input, both added to it. */
record ToyLayer(Norm norm, Attention attention, Linear in, Linear out) implements Layer {
  /** By its tanh: {@code torch.gelu} of archives of version 3 knows no other form than erf. */
  private static final String GELU =
      """
      wide = ${wide}
      cube = torch.mul(torch.mul(wide, torch.mul(wide, wide)), 0.044715)
      curve = torch.tanh(torch.mul(torch.add(wide, cube), 0.7978845608028654))
      inner = torch.mul(torch.mul(wide, 0.5), torch.add(curve, 1.))
      """;

  @Override
  public void write(BlockWriter writer) {
    writer.write("normed = ${norm}", Map.of("norm", norm.write(writer, "x")));
    writer.attend(attention, "normed", "mixed");
    writer.keepOutputs("x", "normed", "mixed");
    String sum = writer.addedLinear("x", "mixed", attention.output());
    writer.write("x1 = ${sum}", Map.of("sum", sum));
    writer.write(GELU, Map.of("wide", writer.linear("normed", in)));
    writer.write("x = ${sum}", Map.of("sum", writer.addedLinear("x1", "inner", out)));
  }
}
