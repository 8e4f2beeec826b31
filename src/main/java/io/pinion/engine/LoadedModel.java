package io.pinion.engine;

import io.pinion.generate.Generator;
import io.pinion.guide.Guides;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * A loaded model with all that turns rows into tokens and back. Thread-safe; its owner closes it,
 * which leaves a {@link SharedModel} that it was opened over as it is.
 */
public interface LoadedModel extends AutoCloseable {
  Generator generator();

  Tokenizer tokenizer();

  /** The model's chat template, where it has one. */
  Optional<ChatTemplate> chatTemplate();

  /** The guides of the model's vocabulary. */
  Guides guides();

  /** The type that weights have on the device: f32, bf16, f16 or int8. */
  String dtype();

  @Override
  void close();
}
