package io.pinion.model.architecture.block;

import java.util.Map;

/**
 * What blocks write themselves with, as TorchScript. Results of type String are expressions; text
 * goes to where the forward pass stands: before the layers, into the loop over them, or behind it.
 *
 * <p>In a layer {@code x} is what comes from the layer before, {@code [tokens, hidden]}, and what
 * the layer makes of it in the end. The names {@code layer} and {@code base} are taken, and so are
 * the parameters of {@code forward}.
 */
public interface BlockWriter {

  /**
   * The next weight. The order in which weights are asked for is the order in which they are
   * loaded; those asked for one after the other stand so, as {@code self.weights[base + 4]} and
   * {@code self.weights[base + 5]}.
   */
  String weight(WeightSpec spec);

  /** Lines, whose {@code ${name}} slots are filled. */
  void write(String template, Map<String, ?> slots);

  /** The product of an input with a matrix, and the bias, in the input's type. */
  String linear(String input, Linear linear);

  /** The same with weights that were asked for before, where {@code bias} may be {@code None}. */
  String linear(String input, String matrix, String bias);

  /** A linear layer and a sum behind it. */
  String addedLinear(String added, String input, Linear linear);

  /** The root mean square norm of each row, times a weight. */
  String rmsNorm(String input, String weight, double epsilon);

  /**
   * Writes attention without its output projection: stores keys and values in the cache and mixes
   * the values, {@code [tokens, heads × dim]}.
   *
   * @param result the name of the outcome
   */
  void attend(Attention attention, String input, String result);

  /**
   * Drops in the last layer the tokens whose logits nobody wants. It stands once in a layer, behind
   * {@link #attend}.
   *
   * @param names all tensors with a row for each token that are used further on, {@code x} too
   */
  void keepOutputs(String... names);

  /**
   * Writes a gated activation.
   *
   * @param both a name: the gate's rows' products in the first half, the other ones in the second
   * @param activation an expression of {@code ${x}}
   * @param width half the width of {@code both}
   */
  void gate(String result, String both, String activation, long width);

  /** Each token's position, for embeddings that are learned. */
  String positions();
}
