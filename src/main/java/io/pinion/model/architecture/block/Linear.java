package io.pinion.model.architecture.block;

import io.pinion.model.architecture.block.WeightSpec.Part;
import java.util.Optional;

/**
 * A linear layer: a matrix with one row for each output, and optionally a bias. Projections of the
 * same input are fused into one layer by concatenating their rows.
 */
public record Linear(WeightSpec matrix, Optional<WeightSpec> bias) {

  /**
   * Fuses projections of one input.
   *
   * @param columns the width of the input
   * @param projections names without {@code .weight}, each with its number of outputs
   */
  public static Linear of(long columns, boolean bias, Part... projections) {
    return new Linear(
        WeightSpec.matrix(columns, projections),
        bias ? Optional.of(WeightSpec.bias(projections)) : Optional.empty());
  }
}
