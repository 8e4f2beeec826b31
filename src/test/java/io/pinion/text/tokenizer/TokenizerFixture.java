package io.pinion.text.tokenizer;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A fixture written by {@code src/test/resources/tokenizers/make_fixtures.py}. */
record TokenizerFixture(Map<String, Object> metadata, JsonNode ids) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path FOLDER = Path.of("src/test/resources/tokenizers");

  /** Texts of every kind; each list of ids in a fixture belongs to the text with the same index. */
  static final List<String> TEXTS = JSON.convertValue(read("texts.json"), new TypeReference<>() {});

  static TokenizerFixture byteLevel() {
    return of("byte_level.json");
  }

  static TokenizerFixture sentencePiece() {
    return of("sentence_piece.json");
  }

  static TokenizerFixture of(String file) {
    JsonNode root = read(file);
    Map<String, Object> metadata =
        JSON.convertValue(root.path("metadata"), new TypeReference<HashMap<String, Object>>() {});
    return new TokenizerFixture(metadata, root.get("ids"));
  }

  /** This fixture with one metadata entry changed, or removed if the value is null. */
  TokenizerFixture with(String key, Object value) {
    Map<String, Object> changed = new HashMap<>(metadata);
    if (value == null) {
      changed.remove("tokenizer.ggml." + key);
    } else {
      changed.put("tokenizer.ggml." + key, value);
    }
    return new TokenizerFixture(changed, ids);
  }

  /** This fixture with one element of a metadata list changed. */
  TokenizerFixture with(String key, int at, Object value) {
    List<Object> changed = new ArrayList<>(list(key));
    changed.set(at, value);
    return with(key, changed);
  }

  List<?> list(String key) {
    return (List<?>) metadata.get("tokenizer.ggml." + key);
  }

  int id(String token) {
    return list("tokens").indexOf(token);
  }

  String json() {
    return GgufTokenizer.tokenizerJson(metadata, "a.gguf");
  }

  TokenizerJson tokenizer() {
    return TokenizerJson.parse(json(), "a.gguf");
  }

  static int[] ints(JsonNode array) {
    return JSON.convertValue(array, int[].class);
  }

  private static JsonNode read(String file) {
    try {
      return JSON.readTree(Files.readString(FOLDER.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
