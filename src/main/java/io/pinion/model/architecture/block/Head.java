package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;

/**
 * Maps hidden states to logits. A matrix that is also the embedding's table is stored only once if
 * its format allows.
 *
 * @param finish the final logits as an expression of {@code ${logits}}, the output of the matrix
 */
public record Head(Linear matrix, String finish) {
  /** Leaves the logits unchanged. */
  public static final String AS_THEY_ARE = "${logits}";

  /** A separate matrix, or the embedding's table if tied; names are without {@code .weight}. */
  public static Head of(ModelConfig config, String own, String embedding) {
    String name = config.tiedEmbeddings() ? embedding : own;
    return new Head(
        Linear.of(config.hiddenSize(), false, new WeightSpec.Part(name, config.vocabularySize())),
        AS_THEY_ARE);
  }
}
