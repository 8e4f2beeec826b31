package io.pinion.guide.json.keyword;

import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaNode;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What unevaluatedProperties and unevaluatedItems leave to other keywords: what is spoken of beside
 * them, and in the schemas that hold wherever theirs does. Beside keywords of which it depends on
 * the value what they speak of, they cannot be followed.
 */
final class Unevaluated {
  private static final List<String> DEPENDING =
      List.of(
          "$dynamicRef", "$recursiveRef", "anyOf", "oneOf", "if", "dependentSchemas", "contains");

  private final KeywordUse use;
  private final SchemaDocument document;
  private final Set<SchemaNode> seen = new HashSet<>();

  /** The names of properties that are spoken of. */
  final Set<String> names = new LinkedHashSet<>();

  /** The schemas with patternProperties that are spoken of. */
  final Set<SchemaNode> patterned = new LinkedHashSet<>();

  /** How many first items are spoken of. */
  int prefix;

  /** Whether all properties are spoken of. */
  boolean everyProperty;

  /** Whether all items are spoken of. */
  boolean everyItem;

  private Unevaluated(KeywordUse use, SchemaDocument document) {
    this.use = use;
    this.document = document;
  }

  /**
   * What is spoken of beside a keyword.
   *
   * @return {@code null} where the keyword constrains nothing
   */
  static Unevaluated beside(KeywordUse use, SchemaDocument document) {
    if (use.isTrue()) {
      return null;
    }
    Unevaluated found = new Unevaluated(use, document);
    found.add(use.schema());
    return found;
  }

  private void add(SchemaNode schema) {
    if (!schema.json().isObject() || !seen.add(schema)) {
      return;
    }
    for (String other : DEPENDING) {
      if (schema.json().has(other)) {
        throw use.unsupported("beside " + other);
      }
    }
    boolean inner = schema != use.schema();
    schema.json().path("properties").fieldNames().forEachRemaining(names::add);
    if (schema.json().has("patternProperties")) {
      patterned.add(schema);
    }
    everyProperty |=
        schema.json().has("additionalProperties")
            || inner && schema.json().has("unevaluatedProperties");
    items(schema, inner);
    if (schema.json().has("allOf")) {
      document.children(schema, "allOf").forEach(this::add);
    }
    if (schema.json().has("$ref")) {
      add(document.resolve(schema, "$ref", schema.json().get("$ref").asText()));
    }
  }

  private void items(SchemaNode schema, boolean inner) {
    boolean list = schema.json().path("items").isArray();
    prefix = Math.max(prefix, schema.json().path("prefixItems").size());
    prefix = list ? Math.max(prefix, schema.json().get("items").size()) : prefix;
    everyItem |=
        schema.json().has("items") && !list
            || list && schema.json().has("additionalItems")
            || inner && schema.json().has("unevaluatedItems");
  }

  /** Refuses a schema with the keyword whose complement is asked for. */
  static void refuseComplement(KeywordUse use, List<Disjunct.Constraint> options) {
    if (!use.isTrue()) {
      throw use.unsupported("inside not or oneOf");
    }
  }
}
