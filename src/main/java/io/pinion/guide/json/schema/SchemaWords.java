package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words of JSON Schema, and what is near to them without being one. */
final class SchemaWords {
  private static final List<String> CONSTRAINTS =
      List.of(
          ("type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf"
                  + " minLength maxLength pattern format minItems maxItems uniqueItems contains"
                  + " minContains maxContains items additionalItems prefixItems unevaluatedItems"
                  + " minProperties maxProperties required properties patternProperties"
                  + " additionalProperties propertyNames unevaluatedProperties dependentRequired"
                  + " dependentSchemas dependencies allOf anyOf oneOf not if then else $ref")
              .split(" "));
  private static final Set<String> KNOWN =
      Stream.concat(
              CONSTRAINTS.stream(),
              Stream.of(
                  ("$id id $schema $dynamicRef $recursiveRef $anchor $dynamicAnchor"
                          + " $recursiveAnchor $comment $vocabulary $defs definitions title"
                          + " description default examples example deprecated readOnly writeOnly"
                          + " contentEncoding contentMediaType contentSchema divisibleBy extends"
                          + " disallow nullable discriminator")
                      .split(" ")))
          .collect(Collectors.toUnmodifiableSet());
  private static final Set<String> CONSTRAINING =
      Stream.concat(
              CONSTRAINTS.stream(),
              Stream.of("$dynamicRef", "$recursiveRef", "divisibleBy", "extends", "disallow"))
          .collect(Collectors.toUnmodifiableSet());
  private static final Map<String, String> BY_LETTERS =
      CONSTRAINTS.stream().collect(Collectors.toMap(SchemaWords::letters, word -> word));

  private SchemaWords() {}

  private static String letters(String word) {
    return word.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
  }

  /** Whether an object has some word of JSON Schema that may say what a value must be. */
  static boolean constrains(JsonNode json) {
    return json.properties().stream().anyMatch(field -> CONSTRAINING.contains(field.getKey()));
  }

  /** Keys of an object that are no words of JSON Schema, and not marked as extensions. */
  static boolean hasOthers(JsonNode json) {
    return json.properties().stream()
        .anyMatch(
            field -> {
              String key = field.getKey();
              boolean known =
                  KNOWN.contains(key) && (!key.equals("id") || field.getValue().isTextual());
              return !known && !key.startsWith("x-") && !key.startsWith("_");
            });
  }

  /** Whether an object has some word of JSON Schema among its keys. */
  static boolean anyKnown(JsonNode json) {
    for (var field : json.properties()) {
      String key = field.getKey();
      if (!key.equals("$schema") && KNOWN.contains(key)) {
        return true;
      }
    }
    return json.size() == 1 && json.has("$schema");
  }

  /** Some of an object's keys. */
  static String shown(JsonNode json) {
    return json.properties().stream()
        .limit(4)
        .map(field -> field.getKey().length() > 40 ? "…" : field.getKey())
        .collect(Collectors.joining(", "));
  }

  /** Tells what in a schema is without effect and seems not to be meant so. */
  static void hints(JsonNode json, String pointer, SchemaDialect dialect, List<String> into) {
    for (var field : json.properties()) {
      String key = field.getKey();
      String meant =
          KNOWN.contains(key) || key.startsWith("_") ? null : BY_LETTERS.get(letters(key));
      if (meant != null) {
        into.add(pointer + "/" + key + " is no keyword and says nothing: is " + meant + " meant?");
      }
    }
    if (json.path("nullable").asBoolean() && dialect != SchemaDialect.OPENAPI_3_0) {
      into.add(
          pointer
              + "/nullable is of OpenAPI 3.0 and says nothing: write null among the types, or"
              + " declare \"$schema\": \"https://spec.openapis.org/oas/3.0/schema\"");
    }
    if (json.has("discriminator")) {
      into.add(
          pointer
              + "/discriminator is of OpenAPI and says nothing: give its property a const in each"
              + " alternative");
    }
    if (!constrains(json) && hasOthers(json)) {
      into.add(
          pointer
              + " has no keyword that constrains, but "
              + shown(json)
              + ", and allows every value");
    }
  }
}
