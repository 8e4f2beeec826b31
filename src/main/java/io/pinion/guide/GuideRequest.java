package io.pinion.guide;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.json.JsonSchemaCompiler;
import io.pinion.guide.json.schema.ExactJson;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A guide as a user writes it. Immutable.
 *
 * @param text the pattern, the grammar, the schema's JSON, a JSON array of choices, or the name of
 *     a {@link ValueType}
 * @param options how JSON is written; ignored for the other kinds
 */
public record GuideRequest(Kind kind, String text, JsonOptions options) implements Serializable {
  /** The kinds of guides, each with its key in a request. */
  public enum Kind {
    CHOICE("choice"),
    REGEX("regex"),
    JSON_SCHEMA("json_schema"),
    JSON_OBJECT("json_object"),
    GRAMMAR("grammar"),
    TYPE("type");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    /**
     * The kind with a key.
     *
     * @throws GuideException when no kind has the key
     */
    public static Kind of(String key) {
      return Arrays.stream(values())
          .filter(kind -> kind.key.equals(key))
          .findFirst()
          .orElseThrow(
              () -> new GuideException("guide '" + key + "' is unknown: it is one of " + keys()));
    }

    /** The key of a request, such as {@code json_schema}. */
    public String key() {
      return key;
    }

    /** Whether the texts of this kind are JSON. */
    public boolean isJson() {
      return this == JSON_SCHEMA || this == JSON_OBJECT;
    }
  }

  /**
   * Reads a request such as {@code {"regex": "[a-z]+"}} or {@code {"json_schema": {"type":
   * "object"}}}.
   *
   * @throws GuideException when it is not a JSON object with exactly one of the kinds
   */
  public static GuideRequest parse(String json, JsonOptions options) {
    try {
      return read(ExactJson.read(json), options);
    } catch (JsonProcessingException e) {
      throw new GuideException(
          "a guide must be a JSON object with one of the keys "
              + keys()
              + ": "
              + e.getOriginalMessage());
    }
  }

  /**
   * Reads a request that is parsed already. A key whose value is null counts as missing.
   *
   * @throws GuideException when it is not a JSON object with exactly one of the kinds
   */
  public static GuideRequest read(JsonNode root, JsonOptions options) {
    List<Kind> kinds =
        Arrays.stream(Kind.values()).filter(kind -> root.hasNonNull(kind.key)).toList();
    if (kinds.size() > 1) {
      throw new GuideException(
          "a guide has exactly one of its keys; this one has "
              + kinds.get(0).key
              + " and "
              + kinds.get(1).key);
    }
    if (kinds.isEmpty()) {
      throw new GuideException("a guide needs one of the keys " + keys());
    }
    return of(kinds.get(0), root.get(kinds.get(0).key), options);
  }

  /**
   * What in a JSON Schema says something else than its author may think, see {@link
   * GuideCompiler#hints}; empty for the other kinds.
   *
   * @throws GuideException when it is no schema
   */
  public List<String> hints() {
    return kind == Kind.JSON_SCHEMA
        ? GuideCompiler.hints(JsonSchemaCompiler.parse(text))
        : List.of();
  }

  private static GuideRequest of(Kind kind, JsonNode value, JsonOptions options) {
    boolean text = kind == Kind.REGEX || kind == Kind.GRAMMAR || kind == Kind.TYPE;
    if (text && !value.isTextual()) {
      throw new GuideException(kind.key + " must be a string, is " + shown(value));
    } else if (kind == Kind.JSON_OBJECT && !(value.isBoolean() && value.booleanValue())) {
      throw new GuideException(kind.key + " must be true or missing, is " + shown(value));
    } else if (kind == Kind.CHOICE) {
      choices(value);
    }
    return new GuideRequest(kind, text ? value.textValue() : value.toString(), options);
  }

  /**
   * The texts of a choice.
   *
   * @throws GuideException when it is no list of one or more texts
   */
  private static List<String> choices(JsonNode value) {
    if (!value.isArray() || value.isEmpty()) {
      throw new GuideException("choice must be a list of one or more strings, is " + shown(value));
    }
    List<String> choices = new ArrayList<>(value.size());
    for (JsonNode choice : value) {
      if (!choice.isTextual()) {
        throw new GuideException("choice must be a list of strings, has " + shown(choice));
      }
      choices.add(choice.textValue());
    }
    return choices;
  }

  /** The texts of a choice; throws as {@link #parse}. */
  List<String> choices() {
    try {
      return choices(ExactJson.read(text));
    } catch (JsonProcessingException e) {
      throw new GuideException("choice must be a JSON array of strings");
    }
  }

  private static String shown(JsonNode value) {
    String json = value.toString();
    return json.length() > 60 ? json.substring(0, 59) + "…" : json;
  }

  private static String keys() {
    return Arrays.stream(Kind.values()).map(Kind::key).collect(Collectors.joining(", "));
  }
}
