package io.pinion.engine;

import io.pinion.generate.Generator;
import io.pinion.guide.Guides;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * A model ready to generate: a generator with the tokenizer, chat template and guides that go with
 * it. Thread-safe. Its owner closes it; closing does not affect a {@link SharedModel} that it was
 * opened from.
 */
public interface LoadedModel extends AutoCloseable {
  Generator generator();

  Tokenizer tokenizer();

  /** The model's chat template, if it has one. */
  Optional<ChatTemplate> chatTemplate();

  /** Compiles guides for the model's vocabulary. */
  Guides guides();

  /** The data type of the weights on the device: f32, bf16, f16 or int8. */
  String dtype();

  @Override
  void close();
}
