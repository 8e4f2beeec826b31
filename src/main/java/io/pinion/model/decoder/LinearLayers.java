package io.pinion.model.decoder;

import static io.pinion.torch.SourceText.call;

import io.pinion.torch.SourceText;

/**
 * How matrices are taken in and multiplied, as TorchScript. A matrix is named by where it stands
 * among the weights, {@code self.weights[...]}.
 */
final class LinearLayers {
  private static final String NO_FUNCTION = "annotate(List[Optional[number]], [])";

  private final MatrixFormat matrices;

  LinearLayers(MatrixFormat matrices) {
    this.matrices = matrices;
  }

  boolean in8Bits() {
    return matrices == MatrixFormat.INT8;
  }

  /**
   * The method that takes a matrix in, and the one that multiplies in 8 bits where it is wanted.
   */
  void methods(SourceText text) {
    text.method("add_matrix", "weight: Tensor", "NoneType");
    switch (matrices) {
      case PLAIN -> text.line(2, "added = self.add(weight)");
      case PACKED ->
          text.line(
              2,
              "added = "
                  + call("self.add", call(PackedWeights.PACK, "weight", PackedWeights.ROWS)));
      case INT8 -> addIn8Bits(text);
    }
    text.line(2, "return None");
    if (in8Bits()) {
      product8(text);
    }
  }

  private static void addIn8Bits(SourceText text) {
    // A row is an output channel: its largest element becomes 127.
    text.line(2, "wide = torch.to(weight, 6)");
    text.line(2, "most = torch.clamp(torch.amax(torch.abs(wide), [1]), 1.0e-12)");
    text.line(2, "scale = torch.div(most, 127.)");
    text.line(2, "steps = torch.round(torch.div(wide, torch.unsqueeze(scale, 1)))");
    text.line(
        2,
        "self.weights = torch.append(self.weights, ops.onednn.qlinear_prepack(torch.to(steps, 1),"
            + " None))");
    text.line(2, "self.scales = torch.append(self.scales, scale)");
    text.line(2, "self.zeros = torch.append(self.zeros, torch.zeros_like(scale, dtype=3))");
  }

  /**
   * A product in 8 bits, FLOAT32. Each row of x has a scale of its own, so that what else is in the
   * batch has no say: x is rounded to 255 steps around 128, and sums of whole numbers are exact.
   */
  private static void product8(SourceText text) {
    text.method("product8", "x: Tensor, weight: Tensor, scale: Tensor, zero: Tensor", "Tensor");
    text.line(2, "most = torch.clamp(torch.to(torch.amax(torch.abs(x), [-1], True), 6), 1.0e-12)");
    text.line(
        2, "shifted = torch.add_(torch.mul(x, torch.mul(torch.reciprocal(most), 127.)), 128.5)");
    text.line(2, "out = self.whole_product8(torch.to(shifted, 0), weight, scale, zero)");
    text.line(2, "return torch.mul_(out, torch.div(most, 127.))");
    text.method(
        "whole_product8", "steps: Tensor, weight: Tensor, scale: Tensor, zero: Tensor", "Tensor");
    text.line(
        2,
        "return "
            + call(
                "ops.onednn.qlinear_pointwise",
                "steps, 1., 128, weight, scale, zero, None, 1., 0, 6",
                "\"none\"",
                NO_FUNCTION,
                "\"\""));
  }

  /** A product with a bias, or {@code None}, in the input's type. */
  String linear(String input, String weight, String bias) {
    return switch (matrices) {
      case PLAIN -> call("torch.linear", input, weight, bias);
      case PACKED ->
          call(PackedWeights.PRODUCT, input, weight, bias, "\"none\"", NO_FUNCTION, "\"\"");
      case INT8 -> {
        String wide = in8Bits("self.product8", input, weight);
        String sum = bias.equals("None") ? wide : call("torch.add", wide, bias);
        yield call("torch.type_as", sum, input);
      }
    };
  }

  /** A product with a sum after it, in one operation where that is to be had. */
  String addedLinear(String added, String input, String weight, String bias) {
    return matrices == MatrixFormat.PACKED
        ? call(PackedWeights.PRODUCT, input, added, weight, bias, "\"add\"")
        : call("torch.add", added, linear(input, weight, bias));
  }

  /** The logits, in whatever type they come in. */
  String head(String input, String weight) {
    return in8Bits() ? in8Bits("self.product8", input, weight) : linear(input, weight, "None");
  }

  /** The product of rows that are in 8 bits already, to be multiplied by their scales. */
  String ofSteps(String steps, String weight) {
    return in8Bits("self.whole_product8", steps, weight);
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
