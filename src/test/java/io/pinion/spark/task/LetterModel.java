package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.Generator;
import io.pinion.guide.Guides;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * A model without a chat template whose tokens are letters.
 *
 * @param generator closed with this; {@code null} for a model that does not generate
 */
record LetterModel(Generator generator, Tokenizer tokenizer) implements LoadedModel {
  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public Guides guides() {
    return Guides.of(tokenizer.vocabulary());
  }

  @Override
  public String dtype() {
    return "f32";
  }

  @Override
  public void close() {
    if (generator != null) {
      generator.close();
    }
  }
}
