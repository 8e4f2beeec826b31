package io.pinion.guide.json.keyword;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.RegexPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The keywords that a guide follows, each one entry. A keyword that is in no table here constrains
 * nothing, as JSON Schema has it. Not thread-safe.
 */
public final class KeywordTable {
  private final Literals literals;
  private final Map<String, Keyword> keywords = new HashMap<>(128);

  public KeywordTable(Literals literals, StringPatterns patterns, RegexPool pool) {
    this.literals = literals;
    new LogicKeywords(literals).addTo(keywords);
    new ValueKeywords(literals).addTo(keywords);
    new StringKeywords(patterns, pool).addTo(keywords);
    new NumberKeywords(pool).addTo(keywords);
    new ObjectKeywords(literals, patterns, pool).addTo(keywords);
    new ArrayKeywords(literals).addTo(keywords);
    for (String old : List.of("extends", "disallow")) {
      keywords.put(old, new Keyword((use, branch) -> refuse(use), (use, options) -> refuse(use)));
    }
  }

  private static void refuse(KeywordUse use) {
    throw use.unsupported("is of an old draft");
  }

  /** Tells a branch what must be so where a schema holds: all of its keywords hold. */
  public void holds(SchemaNode schema, Disjunct branch) {
    if (schema.json().isBoolean()) {
      branch.only(schema.json().booleanValue() ? Disjunct.EVERY : 0);
      return;
    }
    for (KeywordUse use : uses(schema)) {
      Keyword keyword = keywords.get(use.keyword());
      if (keyword != null) {
        keyword.holds().accept(use, branch);
      }
    }
  }

  /** Tells a branch what must be so where a schema does not hold: one of its keywords fails. */
  public void fails(SchemaNode schema, Disjunct branch) {
    if (schema.json().isBoolean()) {
      branch.only(schema.json().booleanValue() ? 0 : Disjunct.EVERY);
      return;
    }
    List<Disjunct.Constraint> options = new ArrayList<>();
    for (KeywordUse use : uses(schema)) {
      Keyword keyword = keywords.get(use.keyword());
      if (keyword != null) {
        keyword.fails().accept(use, options);
      }
    }
    branch.choose(options);
  }

  private List<KeywordUse> uses(SchemaNode schema) {
    JsonNode json = schema.json();
    if (!json.isObject()) {
      throw new GuideException(
          "the JSON Schema's " + schema.pointer() + " is neither an object nor a boolean");
    }
    if (json.has("$ref") && literals.document().referenceStandsAlone()) {
      return List.of(new KeywordUse(schema, "$ref", json.get("$ref")));
    }
    List<KeywordUse> found = new ArrayList<>(json.size());
    for (var field : json.properties()) {
      found.add(new KeywordUse(schema, field.getKey(), field.getValue()));
    }
    return found;
  }
}
