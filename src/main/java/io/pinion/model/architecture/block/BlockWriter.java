package io.pinion.model.architecture.block;

import java.util.Map;

/**
 * Writes blocks as TorchScript. Strings that methods return are expressions; text is written at the
 * current point of the forward pass: before the layers, in the loop over them, or after it.
 *
 * <p>In a layer {@code x} is first the output of the previous layer, {@code [tokens, hidden]}, and
 * at the end the output of this one. The names {@code layer} and {@code base} are reserved, and so
 * are the parameters of {@code forward}.
 */
public interface BlockWriter {

  /**
   * The next weight. Weights are loaded in the order of these calls; consecutive calls return
   * consecutive indices, such as {@code self.weights[base + 4]} and {@code self.weights[base + 5]}.
   */
  String weight(WeightSpec spec);

  /** Writes lines of code after filling their {@code ${name}} slots. */
  void write(String template, Map<String, ?> slots);

  /** A linear layer: the input times a matrix, plus the bias if any, in the input's type. */
  String linear(String input, Linear linear);

  /** The same with expressions of weights; {@code bias} may be {@code None}. */
  String linear(String input, String matrix, String bias);

  /** A linear layer whose output is added to {@code added}. */
  String addedLinear(String added, String input, Linear linear);

  /** The root mean square norm of each row, times a weight. */
  String rmsNorm(String input, String weight, double epsilon);

  /**
   * Writes attention up to its output projection: stores keys and values in the cache and computes
   * the softmax-weighted values, {@code [tokens, heads × dim]}.
   *
   * @param result the name of the result
   */
  void attend(Attention attention, String input, String result);

  /**
   * In the last layer, drops the tokens whose logits are not requested. Call it once per layer,
   * after {@link #attend}.
   *
   * @param names all tensors with a row per token that are used later, {@code x} included
   */
  void keepOutputs(String... names);

  /**
   * Writes a gated activation.
   *
   * @param both the name of the input: outputs of the gate projection, then of the up projection
   * @param activation an expression of {@code ${x}}
   * @param width half the width of {@code both}
   */
  void gate(String result, String both, String activation, long width);

  /** The position of each token, for learned position embeddings. */
  String positions();
}
