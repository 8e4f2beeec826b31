package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.set.CodePoints;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Checks a document against the metaschema of its dialect before anything is made of it, so that
 * what is no schema is refused rather than taken for one that allows everything. Looks at every
 * schema, also at those that nothing refers to. Not thread-safe.
 */
public final class SchemaCheck {
  private static final Set<String> TYPES =
      Set.of("null", "boolean", "integer", "number", "string", "array", "object");

  private final SchemaDialect dialect;
  private final List<String> hints = new ArrayList<>();

  private SchemaCheck(SchemaDialect dialect) {
    this.dialect = dialect;
  }

  /**
   * Checks a document and returns what in it says something else than its author may think: words
   * that are no keywords but nearly so, and keywords of other languages.
   *
   * @throws GuideException with the JSON pointer of what is wrong
   */
  public static List<String> check(JsonNode root) {
    SchemaCheck check = new SchemaCheck(SchemaDialect.of(root));
    check.schema(root, "#", true);
    characters(root, "#");
    if (root.isObject()) {
      saysSomething(root, "#");
    }
    return check.hints;
  }

  /**
   * Checks what a reference points to, where nothing else says that it is a schema.
   *
   * @throws GuideException with the JSON pointer of what is wrong
   */
  static void target(JsonNode json, String pointer, SchemaDialect dialect) {
    new SchemaCheck(dialect).schema(json, pointer, false);
    if (json.isObject()) {
      saysSomething(json, pointer);
    }
  }

  /** Refuses names and texts with half of a character, which no text can be. */
  private static void characters(JsonNode json, String pointer) {
    if (json.isTextual() && CodePoints.hasLoneSurrogate(json.textValue())) {
      throw new GuideException(
          "the JSON Schema's " + pointer + " has a lone surrogate, half of a character");
    }
    for (int i = 0; json.isArray() && i < json.size(); i++) {
      characters(json.get(i), pointer + "/" + i);
    }
    for (var field : json.properties()) {
      if (CodePoints.hasLoneSurrogate(field.getKey())) {
        throw new GuideException(
            "the JSON Schema's "
                + pointer
                + " has a name with a lone surrogate, half of a character");
      }
      characters(field.getValue(), pointer + "/" + step(field.getKey()));
    }
  }

  /** Refuses what is made of other words than those that say what a value must be. */
  private static void saysSomething(JsonNode json, String pointer) {
    if (SchemaWords.constrains(json)) {
      return;
    }
    String what = pointer.equals("#") ? "the JSON Schema" : "the JSON Schema's " + pointer;
    if (SchemaWords.hasOthers(json)) {
      throw new GuideException(
          what
              + " has no keyword that says what a value must be, but "
              + SchemaWords.shown(json)
              + ": where it is an example of a value, write the schema of such values, as in"
              + " {\"type\": \"object\", \"properties\": ...}; where a schema lies within, give that"
              + " alone");
    }
    for (String key : List.of("$defs", "definitions")) {
      if (json.path(key).size() > 0) {
        String first = json.get(key).fieldNames().next();
        throw new GuideException(
            what
                + " has definitions and nothing that refers to them, so it allows every value: add"
                + " \"$ref\": \"#/"
                + key
                + "/"
                + step(first)
                + "\", or that of another");
      }
    }
  }

  private void schema(JsonNode json, String pointer, boolean used) {
    if (json.isBoolean()) {
      return;
    }
    if (!json.isObject()) {
      throw new GuideException(
          "the JSON Schema's "
              + pointer
              + " is neither an object nor a boolean, so it is no schema");
    }
    if (used) {
      SchemaWords.hints(json, pointer, dialect, hints);
    }
    if (json.has("$ref") && dialect.referenceStandsAlone()) {
      expect(json.get("$ref").isTextual(), pointer, "$ref", "is not a string");
      children(json, pointer, "definitions", false);
      return;
    }
    for (var field : json.properties()) {
      keyword(json, field.getKey(), field.getValue(), pointer);
    }
  }

  private void keyword(JsonNode schema, String keyword, JsonNode value, String pointer) {
    switch (keyword) {
      case "$id", "$schema", "$ref", "$dynamicRef", "$anchor", "$dynamicAnchor", "$comment" ->
          expect(value.isTextual(), pointer, keyword, "is not a string");
      case "title", "description", "pattern", "format", "contentEncoding", "contentMediaType" ->
          expect(value.isTextual(), pointer, keyword, "is not a string");
      case "id" ->
          expect(!dialect.oldest() || value.isTextual(), pointer, keyword, "is not a string");
      case "minLength", "maxLength", "minItems", "maxItems", "minContains", "maxContains" ->
          count(value, pointer, keyword);
      case "minProperties", "maxProperties" -> count(value, pointer, keyword);
      case "minimum", "maximum" -> expect(value.isNumber(), pointer, keyword, "is not a number");
      case "exclusiveMinimum", "exclusiveMaximum" ->
          expect(
              value.isNumber() || value.isBoolean(),
              pointer,
              keyword,
              "is neither a number nor a boolean");
      case "multipleOf" ->
          expect(
              value.isNumber() && value.decimalValue().signum() > 0,
              pointer,
              keyword,
              "is not a positive number");
      case "uniqueItems", "deprecated", "readOnly", "writeOnly" ->
          expect(value.isBoolean(), pointer, keyword, "is not a boolean");
      case "required" -> names(value, pointer, keyword);
      case "enum", "examples" -> expect(value.isArray(), pointer, keyword, "is not a list");
      case "type" -> type(value, pointer);
      case "additionalProperties", "additionalItems", "contains", "not", "if", "then", "else" ->
          schema(value, pointer + "/" + keyword, true);
      case "propertyNames", "unevaluatedItems", "unevaluatedProperties", "contentSchema" ->
          schema(value, pointer + "/" + keyword, true);
      case "items" -> {
        if (value.isArray()) {
          list(value, pointer, keyword);
        } else {
          schema(value, pointer + "/" + keyword, true);
        }
      }
      case "allOf", "anyOf", "oneOf", "prefixItems" -> {
        expect(
            value.isArray() && !value.isEmpty(),
            pointer,
            keyword,
            "is not a list of one or more schemas");
        list(value, pointer, keyword);
      }
      case "properties", "patternProperties", "dependentSchemas" ->
          children(schema, pointer, keyword, true);
      case "$defs", "definitions" -> children(schema, pointer, keyword, false);
      case "dependentRequired" -> {
        expect(value.isObject(), pointer, keyword, "is not an object of lists of names");
        value
            .properties()
            .forEach(
                entry -> names(entry.getValue(), pointer + "/" + keyword, step(entry.getKey())));
      }
      case "dependencies" -> dependencies(value, pointer + "/" + keyword);
      default -> {}
    }
  }

  private static void expect(boolean right, String pointer, String keyword, String wrong) {
    if (!right) {
      throw new GuideException("the JSON Schema's " + pointer + "/" + keyword + " " + wrong);
    }
  }

  private static void count(JsonNode value, String pointer, String keyword) {
    boolean whole = value.isNumber() && isWhole(value.decimalValue());
    expect(whole, pointer, keyword, "is not an integer");
    expect(value.decimalValue().signum() >= 0, pointer, keyword, "is negative");
  }

  private static boolean isWhole(BigDecimal value) {
    return value.stripTrailingZeros().scale() <= 0;
  }

  private static void names(JsonNode value, String pointer, String keyword) {
    String wrong =
        value.isBoolean()
            ? "is a boolean: list the names of the required properties beside properties"
            : "is not a list of names";
    expect(value.isArray() && all(value, JsonNode::isTextual), pointer, keyword, wrong);
  }

  private static boolean all(JsonNode list, Predicate<JsonNode> condition) {
    for (JsonNode one : list) {
      if (!condition.test(one)) {
        return false;
      }
    }
    return true;
  }

  private void type(JsonNode value, String pointer) {
    if (value.isTextual()) {
      boolean any = value.textValue().equals("any") && dialect == SchemaDialect.DRAFT_3;
      expect(
          any || TYPES.contains(value.textValue()),
          pointer,
          "type",
          "names the unknown type "
              + value.textValue()
              + ": it is one of null, boolean, integer, number, string, array, object");
      return;
    }
    expect(
        value.isArray() && !value.isEmpty() && all(value, JsonNode::isTextual),
        pointer,
        "type",
        "is neither a type nor a list of types");
    value.forEach(one -> type(one, pointer));
  }

  private void list(JsonNode value, String pointer, String keyword) {
    for (int i = 0; i < value.size(); i++) {
      schema(value.get(i), pointer + "/" + keyword + "/" + i, true);
    }
  }

  /** The schemas of a map; definitions may be grouped, and then the groups are no schemas. */
  private void children(JsonNode schema, String pointer, String keyword, boolean used) {
    if (!schema.has(keyword)) {
      return;
    }
    JsonNode map = schema.get(keyword);
    expect(map.isObject(), pointer, keyword, "is not an object of schemas");
    for (var entry : map.properties()) {
      boolean group =
          !used && entry.getValue().isObject() && !SchemaWords.anyKnown(entry.getValue());
      if (!group) {
        schema(entry.getValue(), pointer + "/" + keyword + "/" + step(entry.getKey()), used);
      }
    }
  }

  private void dependencies(JsonNode value, String pointer) {
    expect(value.isObject(), pointer, "", "is not an object of lists of names or schemas");
    for (var entry : value.properties()) {
      JsonNode one = entry.getValue();
      String step = step(entry.getKey());
      if (one.isArray()) {
        names(one, pointer, step);
      } else if (!one.isTextual()) {
        schema(one, pointer + "/" + step, true);
      }
    }
  }

  private static String step(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
