package io.pinion.model.checkpoint;

import java.util.Map;

/** A checkpoint's description of its tokenizer; the {@code text} package builds one from it. */
public sealed interface TokenizerData {

  /** The file that it was read from, for error messages. */
  String origin();

  /** The text of a {@code tokenizer.json}. */
  record Json(String json, String origin) implements TokenizerData {}

  /** The {@code tokenizer.ggml} entries of a GGUF file's metadata. */
  record Gguf(Map<String, Object> metadata, String origin) implements TokenizerData {}
}
