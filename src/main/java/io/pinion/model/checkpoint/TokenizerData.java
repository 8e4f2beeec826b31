package io.pinion.model.checkpoint;

import java.util.Map;

/** What a checkpoint says of its tokenizer; the {@code text} package makes one of it. */
public sealed interface TokenizerData {

  /** Where it was read, for errors. */
  String origin();

  /** The text of a {@code tokenizer.json}. */
  record Json(String json, String origin) implements TokenizerData {}

  /** The {@code tokenizer.ggml} entries of a GGUF file's metadata. */
  record Gguf(Map<String, Object> metadata, String origin) implements TokenizerData {}
}
