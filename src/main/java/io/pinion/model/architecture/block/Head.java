package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;

/**
 * From hidden states to logits. A matrix that is the embedding's table too is held once where both
 * can be.
 *
 * @param finish an expression of {@code ${logits}}, the products
 */
public record Head(Linear matrix, String finish) {
  /** Nothing further. */
  public static final String AS_THEY_ARE = "${logits}";

  /** A head of its own, or the embedding's table; names go without {@code .weight}. */
  public static Head of(ModelConfig config, String own, String embedding) {
    String name = config.tiedEmbeddings() ? embedding : own;
    return new Head(
        Linear.of(config.hiddenSize(), false, new WeightSpec.Part(name, config.vocabularySize())),
        AS_THEY_ARE);
  }
}
