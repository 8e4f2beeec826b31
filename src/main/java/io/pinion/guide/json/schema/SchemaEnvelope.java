package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** The envelopes in which the APIs of model servers take a schema. */
public final class SchemaEnvelope {
  private static final Set<String> KEYS =
      Set.of("name", "strict", "schema", "description", "type", "json_schema");

  private SchemaEnvelope() {}

  /**
   * The schema of a document: what is in {@code {"name": ..., "strict": ..., "schema": {...}}},
   * which may stand under {@code json_schema}, or the document itself.
   */
  public static JsonNode opened(JsonNode document) {
    boolean format = document.path("type").asText().equals("json_schema");
    if (!document.isObject() || !onlyKeys(document) || document.has("type") && !format) {
      return document;
    }
    JsonNode inner = document.get("json_schema");
    if (format && inner != null && inner.isObject() && inner.has("schema")) {
      return inner.get("schema");
    }
    boolean named = document.path("name").isTextual() || document.path("strict").isBoolean();
    JsonNode schema = document.path("schema");
    return (named || format) && (schema.isObject() || schema.isBoolean()) ? schema : document;
  }

  private static boolean onlyKeys(JsonNode document) {
    return document.properties().stream().allMatch(field -> KEYS.contains(field.getKey()));
  }
}
