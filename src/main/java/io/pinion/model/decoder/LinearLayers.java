package io.pinion.model.decoder;

import static io.pinion.torch.SourceText.call;

import io.pinion.torch.SourceText;
import java.util.Map;

/**
 * Writes the TorchScript that loads matrices and multiplies by them, for a {@link MatrixFormat}. A
 * matrix is given as its expression {@code self.weights[...]}.
 */
final class LinearLayers {
  private static final String ADD_PLAIN =
      """
      def add_matrix(${self}, weight: Tensor) -> NoneType:
        added = self.add(weight)
        return None
      """;

  private static final String ADD_PACKED =
      """
      def add_matrix(${self}, weight: Tensor) -> NoneType:
        added = self.add(${pack}(weight, ${rows}))
        return None
      """;

  /** Each row, an output channel, is scaled so that its largest absolute value becomes 127. */
  private static final String ADD_8 =
      """
      def add_matrix(${self}, weight: Tensor) -> NoneType:
        wide = torch.to(weight, 6)
        most = torch.clamp(torch.amax(torch.abs(wide), [1]), 1.0e-12)
        scale = torch.div(most, 127.)
        levels = torch.round(torch.div(wide, torch.unsqueeze(scale, 1)))
        packed = ops.onednn.qlinear_prepack(torch.to(levels, 1), None)
        self.weights = torch.append(self.weights, packed)
        self.scales = torch.append(self.scales, scale)
        self.zeros = torch.append(self.zeros, torch.zeros_like(scale, dtype=3))
        return None
      """;

  /**
   * An INT8 linear layer with FLOAT32 output. Each row of x has its own scale, so results do not
   * depend on the rest of the batch: x is rounded to 255 levels around 128, and integer sums are
   * exact.
   */
  private static final String LINEAR_8 =
      """
      def linear8(${self}, x: Tensor, weight: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
        most = torch.clamp(torch.to(torch.amax(torch.abs(x), [-1], True), 6), 1.0e-12)
        shifted = torch.add_(torch.mul(x, torch.mul(torch.reciprocal(most), 127.)), 128.5)
        out = self.gemm8(torch.to(shifted, 0), weight, scale, zero)
        return torch.mul_(out, torch.div(most, 127.))
      def gemm8(${self}, levels: Tensor, weight: Tensor, scale: Tensor, zero: Tensor) -> Tensor:
        return ops.onednn.qlinear_pointwise(levels, 1., 128, weight, scale, zero, None, 1., 0, 6, \
      "none", annotate(List[Optional[number]], []), "")
      """;

  /**
   * oneDNN adds up the products of a row in another order if there are many rows. In parts of a few
   * rows each, what comes out for a row does not depend on how many others there are.
   */
  private static final String MULTIPLY_PACKED =
      """
      def multiply(${self}, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
        if torch.le(torch.size(x, 0), ${rows}):
          out = self.part(x, weight, bias)
        else:
          parts = torch.split(x, ${rows}, 0)
          outs = annotate(List[Tensor], [])
          for i in range(torch.len(parts)):
            added = torch.append(outs, self.part(parts[i], weight, bias))
          out = torch.cat(outs, 0)
        return out
      def part(${self}, x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
        return ${linear}(x, weight, bias, "none", annotate(List[Optional[number]], []), "")
      def multiply_add(${self}, x: Tensor, sum: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
        if torch.le(torch.size(x, 0), ${rows}):
          out = ${linear}(x, sum, weight, bias, "add")
        else:
          parts = torch.split(x, ${rows}, 0)
          sums = torch.split(sum, ${rows}, 0)
          outs = annotate(List[Tensor], [])
          for i in range(torch.len(parts)):
            added = torch.append(outs, ${linear}(parts[i], sums[i], weight, bias, "add"))
          out = torch.cat(outs, 0)
        return out
      """;

  private final MatrixFormat matrices;
  private final int mostRows;

  /**
   * @param exact whether a row's result must not depend on the other rows, bit by bit, where the
   *     format allows that
   */
  LinearLayers(MatrixFormat matrices, boolean exact) {
    this.matrices = matrices;
    this.mostRows = exact ? PackedWeights.ROWS : Integer.MAX_VALUE;
  }

  boolean in8Bits() {
    return matrices == MatrixFormat.INT8;
  }

  /** Whether matrices are kept as loaded. */
  boolean plain() {
    return matrices == MatrixFormat.PLAIN;
  }

  /** Writes the method that adds a matrix and, for INT8, those that multiply. */
  void methods(SourceText text) {
    switch (matrices) {
      case PLAIN -> text.block(1, ADD_PLAIN);
      case PACKED -> {
        text.block(1, ADD_PACKED, Map.of("pack", PackedWeights.PACK, "rows", PackedWeights.ROWS));
        text.block(1, MULTIPLY_PACKED, Map.of("linear", PackedWeights.LINEAR, "rows", mostRows));
      }
      case INT8 -> {
        text.block(1, ADD_8);
        text.block(1, LINEAR_8);
      }
    }
  }

  /** A linear layer in the input's type; the bias may be {@code None}. */
  String linear(String input, String weight, String bias) {
    return switch (matrices) {
      case PLAIN -> call("torch.linear", input, weight, bias);
      case PACKED -> call("self.multiply", input, weight, bias);
      case INT8 -> {
        String wide = in8Bits("self.linear8", input, weight);
        String sum = bias.equals("None") ? wide : call("torch.add", wide, bias);
        yield call("torch.type_as", sum, input);
      }
    };
  }

  /** A linear layer whose output is added to {@code added}, fused if the format allows. */
  String addedLinear(String added, String input, String weight, String bias) {
    return matrices == MatrixFormat.PACKED
        ? call("self.multiply_add", input, added, weight, bias)
        : call("torch.add", added, linear(input, weight, bias));
  }

  /** The logits, in the type that the format produces. */
  String head(String input, String weight) {
    return in8Bits() ? in8Bits("self.linear8", input, weight) : linear(input, weight, "None");
  }

  /** The gemm of quantized rows; the result is still to be multiplied by their scales. */
  String gemm8(String levels, String weight) {
    return in8Bits("self.gemm8", levels, weight);
  }

  private static String in8Bits(String method, String input, String weight) {
    return call(
        method,
        input,
        weight,
        weight.replace("weights", "scales"),
        weight.replace("weights", "zeros"));
  }
}
