package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.core.JsonParser;
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

/** Reads JSON objects from files of a model's directory; error messages name the file. */
public final class JsonFile {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final int MAX_BYTES = 256 << 20;
  private static final int MAX_VALUES = 8 << 20;

  private JsonFile() {}

  /**
   * Reads a complete file.
   *
   * @throws ModelException if it cannot be read or is not a JSON object
   */
  public static JsonNode read(Path path) {
    return parse(text(path), path.toString());
  }

  /** An object as a map, with numbers, strings, booleans, lists, maps and nulls as values. */
  static Map<String, Object> map(JsonNode object) {
    return MAPPER.convertValue(object, new TypeReference<>() {});
  }

  /** The text of a file; implausibly large files are refused. */
  static String text(Path path) {
    try {
      if (Files.size(path) > MAX_BYTES) {
        throw new ModelException(path + " is larger than the limit of " + MAX_BYTES + " bytes");
      }
      return Files.readString(path);
    } catch (IOException e) {
      throw new ModelException("cannot read " + path + ": " + e, e);
    }
  }

  /** Counts the values of a text before each becomes an object, which takes a hundred bytes. */
  private static void refuseMany(String json, String origin) throws JsonProcessingException {
    int values = 0;
    try (JsonParser parser = MAPPER.getFactory().createParser(json)) {
      while (parser.nextToken() != null) {
        if (++values > MAX_VALUES) {
          throw new ModelException(
              origin + " has more than the limit of " + MAX_VALUES + " values");
        }
      }
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new ModelException("cannot read " + origin + ": " + e, e);
    }
  }

  /** Parses an object; {@code origin} names it in error messages. */
  static JsonNode parse(String json, String origin) {
    try {
      refuseMany(json, origin);
      JsonNode root = MAPPER.readTree(json);
      if (!root.isObject()) {
        throw new ModelException(origin + " is not a JSON object");
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
