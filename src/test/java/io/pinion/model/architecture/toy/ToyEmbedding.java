package io.pinion.model.architecture.toy;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.BlockWriter;
import io.pinion.model.architecture.block.Embedding;
import io.pinion.model.architecture.block.WeightSpec;
import java.util.Map;

/** Scaled embeddings and those of positions. */
record ToyEmbedding(WeightSpec tokens, WeightSpec positions, double scale) implements Embedding {
  static ToyEmbedding of(ModelConfig config) {
    int hidden = config.hiddenSize();
    return new ToyEmbedding(
        WeightSpec.table("toy.embed.weight", config.vocabularySize(), hidden),
        WeightSpec.table("toy.positions.weight", config.maxPositionEmbeddings(), hidden),
        ((ToySettings) config.settings()).embeddingScale());
  }

  @Override
  public void write(BlockWriter out) {
    String at = out.positions();
    out.write(
        """
        tokens = torch.mul(torch.embedding(${tokens}, input), ${scale})
        x = torch.add(tokens, torch.embedding(${positions}, ${at}))
        """,
        Map.of(
            "scale",
            scale,
            "at",
            at,
            "tokens",
            out.weight(tokens),
            "positions",
            out.weight(positions)));
  }
}
