package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;
import java.util.Map;

/** An embedding that looks up a row of a table for each token. */
public record TokenEmbedding(WeightSpec table) implements Embedding {

  /** An embedding with the table of a name. */
  public static TokenEmbedding of(ModelConfig config, String name) {
    return new TokenEmbedding(WeightSpec.table(name, config.vocabularySize(), config.hiddenSize()));
  }

  @Override
  public void write(BlockWriter out) {
    out.write("x = torch.embedding(${table}, input)", Map.of("table", out.weight(table)));
  }
}
