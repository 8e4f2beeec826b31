package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A JSON object in a file of a model's directory, read with errors that name file and key. */
public final class JsonFile {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MAX_BYTES = 256 << 20;

  private JsonFile() {}

  /**
   * Reads a whole file.
   *
   * @throws ModelException where it cannot be read or holds no JSON object
   */
  public static JsonNode read(Path path) {
    return parse(text(path), path.toString());
  }

  /** An object's keys, with numbers, texts, truth values, lists, maps and nulls. */
  static Map<String, Object> map(JsonNode object) {
    return MAPPER.convertValue(object, new TypeReference<>() {});
  }

  /** The text of a file, refused where it is too large to be what it is taken for. */
  static String text(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new ModelException(path + " has more than the " + MAX_BYTES + " bytes that are read");
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new ModelException("cannot read " + path + ": " + e, e);
    }
  }

  /** Parses an object; {@code origin} is what errors call it. */
  static JsonNode parse(String json, String origin) {
    try {
      JsonNode root = MAPPER.readTree(json);
      if (!root.isObject()) {
        throw new ModelException(origin + " holds no JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new ModelException(
          origin
              + " is not valid JSON: "
              + e.getOriginalMessage()
              + " (line "
              + (e.getLocation() == null ? 0 : e.getLocation().getLineNr())
              + ")",
          e);
    }
  }
}
