package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.regex.Regex;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What must be so where a schema does not hold: one of its keywords fails. */
final class KeywordNegations {
  private final TypeSolver types;
  private final SchemaDocument document;
  private final KeywordAssertions facts;

  KeywordNegations(TypeSolver types, KeywordAssertions facts) {
    this.types = types;
    this.document = types.document();
    this.facts = facts;
  }

  void addTo(Disjunct branch, SchemaNode schema) {
    JsonNode json = schema.json();
    if (json.isBoolean()) {
      branch.only(json.booleanValue() ? 0 : Disjunct.EVERY);
      return;
    }
    if (!json.isObject()) {
      throw new GuideException("the JSON Schema's " + schema.pointer() + " is no schema");
    }
    List<Disjunct.Fact> options = new ArrayList<>();
    if (json.has("$ref") && document.referenceStandsAlone()) {
      keyword(options, schema, "$ref", json.get("$ref"));
    } else {
      json.properties()
          .forEach(field -> keyword(options, schema, field.getKey(), field.getValue()));
    }
    branch.choose(options);
  }

  private void keyword(
      List<Disjunct.Fact> options, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "$ref", "$dynamicRef", "$recursiveRef" -> {
        int literal = facts.no(facts.reference(schema, keyword, value));
        options.add(option -> option.require(literal));
      }
      case "type" -> {
        int mask = facts.values().typeMask(schema, value);
        options.add(option -> option.only(~mask));
      }
      case "enum" -> options.add(option -> facts.values().noneOf(option, schema, keyword, value));
      case "const" ->
          options.add(option -> facts.values().noneOf(option, schema, keyword, List.of(value)));
      case "allOf" ->
          facts
              .schemas(schema, keyword, value)
              .forEach(inner -> options.add(option -> option.require(facts.no(inner))));
      case "anyOf" -> {
        List<SchemaNode> inner = facts.schemas(schema, keyword, value);
        options.add(option -> inner.forEach(one -> option.require(facts.no(one))));
      }
      case "oneOf" -> one(options, facts.schemas(schema, keyword, value));
      case "not" -> {
        int literal = facts.yes(document.child(schema, value, keyword));
        options.add(option -> option.require(literal));
      }
      case "if" -> condition(options, schema, value);
      default -> {
        strings(options, schema, keyword, value);
        numbers(options, schema, keyword, value);
        objects(options, schema, keyword, value);
        arrays(options, schema, keyword, value);
      }
    }
  }

  private void one(List<Disjunct.Fact> options, List<SchemaNode> schemas) {
    options.add(option -> schemas.forEach(schema -> option.require(facts.no(schema))));
    for (int i = 0; i < schemas.size(); i++) {
      for (int j = 0; j < i; j++) {
        int first = facts.yes(schemas.get(i));
        int second = facts.yes(schemas.get(j));
        if (first == second || !types.disjoint(first, second)) {
          options.add(
              option -> {
                option.require(first);
                option.require(second);
              });
        }
      }
    }
  }

  private void condition(List<Disjunct.Fact> options, SchemaNode schema, JsonNode value) {
    SchemaNode test = document.child(schema, value, "if");
    int then = facts.branchOf(schema, "then");
    int otherwise = facts.branchOf(schema, "else");
    options.add(
        option -> {
          option.require(facts.yes(test));
          option.require(then ^ 1);
        });
    options.add(
        option -> {
          option.require(facts.no(test));
          option.require(otherwise ^ 1);
        });
  }

  private void strings(
      List<Disjunct.Fact> options, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "minLength" -> {
        long count = facts.count(schema, keyword, value);
        if (count > 0) {
          options.add(of(Disjunct.STRING, option -> option.strings.length(0, count - 1)));
        }
      }
      case "maxLength" -> {
        long count = facts.count(schema, keyword, value);
        options.add(
            of(Disjunct.STRING, option -> option.strings.length(count + 1, Regex.UNBOUNDED)));
      }
      case "pattern" -> {
        Regex regex = types.pool().not(types.search(schema, keyword, value));
        options.add(of(Disjunct.STRING, option -> option.strings.matching(regex)));
      }
      case "format" -> {
        Regex regex = types.format(schema, value);
        if (regex != null) {
          Regex other = types.pool().not(regex);
          options.add(of(Disjunct.STRING, option -> option.strings.matching(other)));
        }
      }
      default -> {}
    }
  }

  private static Disjunct.Fact of(int mask, Disjunct.Fact fact) {
    return option -> {
      option.only(mask);
      fact.addTo(option);
    };
  }

  private void numbers(
      List<Disjunct.Fact> options, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "minimum", "exclusiveMinimum" -> {
        if (!value.isBoolean()) {
          BigDecimal bound = facts.number(schema, keyword, value);
          boolean exclusive =
              keyword.equals("exclusiveMinimum") || facts.flag(schema, "exclusiveMinimum");
          options.add(of(Disjunct.NUMBER, option -> option.numbers.atMost(bound, exclusive)));
        }
      }
      case "maximum", "exclusiveMaximum" -> {
        if (!value.isBoolean()) {
          BigDecimal bound = facts.number(schema, keyword, value);
          boolean exclusive =
              keyword.equals("exclusiveMaximum") || facts.flag(schema, "exclusiveMaximum");
          options.add(of(Disjunct.NUMBER, option -> option.numbers.atLeast(bound, exclusive)));
        }
      }
      case "multipleOf", "divisibleBy" -> {
        Regex other = types.pool().not(facts.multiple(schema, keyword, value));
        options.add(of(Disjunct.NUMBER, option -> option.numbers.matching(other)));
      }
      default -> {}
    }
  }

  private void objects(
      List<Disjunct.Fact> options, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "minProperties" -> {
        long count = facts.count(schema, keyword, value);
        if (count > 0) {
          options.add(of(Disjunct.OBJECT, option -> option.objects.count(0, count - 1)));
        }
      }
      case "maxProperties" -> {
        long count = facts.count(schema, keyword, value);
        options.add(
            of(Disjunct.OBJECT, option -> option.objects.count(count + 1, Regex.UNBOUNDED)));
      }
      case "required" -> {
        for (String name : facts.names(schema, keyword, value)) {
          options.add(of(Disjunct.OBJECT, option -> forbid(option, name)));
        }
      }
      case "properties" -> {
        for (var field : value.properties()) {
          SchemaNode inner = document.child(schema, field.getValue(), keyword, field.getKey());
          some(options, new KeyMatch.Named(field.getKey()), inner, schema, keyword);
        }
      }
      case "patternProperties" -> {
        for (var field : value.properties()) {
          SchemaNode inner = document.child(schema, field.getValue(), keyword, field.getKey());
          some(options, facts.pattern(schema, field.getKey()), inner, schema, keyword);
        }
      }
      case "additionalProperties" ->
          some(
              options,
              facts.remaining(schema),
              document.child(schema, value, keyword),
              schema,
              keyword);
      case "propertyNames" ->
          some(
              options,
              facts.otherNames(document.child(schema, value, keyword)),
              document.nothing(),
              schema,
              keyword);
      case "dependentRequired", "dependentSchemas", "dependencies" ->
          value
              .properties()
              .forEach(field -> depend(options, schema, keyword, field.getKey(), field.getValue()));
      case "unevaluatedProperties", "unevaluatedItems" -> {
        if (!value.isBoolean() || !value.booleanValue()) {
          throw schema.unsupported(keyword, "inside not or oneOf");
        }
      }
      default -> {}
    }
  }

  private void forbid(Disjunct branch, String name) {
    branch.objects.rule(new KeyMatch.Named(name), facts.yes(document.nothing()));
  }

  /** Some key that is meant has a value that fails the inner schema. */
  private void some(
      List<Disjunct.Fact> options,
      KeyMatch match,
      SchemaNode inner,
      SchemaNode schema,
      String keyword) {
    if (inner == document.anything()) {
      return;
    }
    int fails = facts.no(inner);
    options.add(
        of(
            Disjunct.OBJECT,
            option -> {
              if (match instanceof KeyMatch.Named named) {
                option.objects.required.add(named.name());
                option.objects.rule(match, fails);
              } else {
                option.objects.some.add(new SomeKey(new KeyRule(match, fails), schema, keyword));
              }
            }));
  }

  private void depend(
      List<Disjunct.Fact> options, SchemaNode schema, String keyword, String name, JsonNode value) {
    if (value.isArray() || value.isTextual()) {
      List<String> needed =
          value.isArray() ? facts.names(schema, keyword, value) : List.of(value.asText());
      for (String other : needed) {
        options.add(
            of(
                Disjunct.OBJECT,
                option -> {
                  option.objects.required.add(name);
                  forbid(option, other);
                }));
      }
      return;
    }
    int fails = facts.no(document.child(schema, value, keyword, name));
    options.add(
        of(
            Disjunct.OBJECT,
            option -> {
              option.objects.required.add(name);
              option.require(fails);
            }));
  }

  private void arrays(
      List<Disjunct.Fact> options, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "minItems" -> {
        long count = facts.count(schema, keyword, value);
        if (count > 0) {
          options.add(of(Disjunct.ARRAY, option -> option.arrays.count(0, count - 1)));
        }
      }
      case "maxItems" -> {
        long count = facts.count(schema, keyword, value);
        options.add(of(Disjunct.ARRAY, option -> option.arrays.count(count + 1, Regex.UNBOUNDED)));
      }
      case "items", "prefixItems" -> {
        if (keyword.equals("prefixItems") || !schema.json().has("prefixItems")) {
          items(options, schema, keyword);
        }
      }
      case "contains" -> contains(options, schema, value);
      case "uniqueItems" -> {
        if (value.asBoolean()) {
          throw schema.unsupported(keyword, "inside not or oneOf");
        }
      }
      default -> {}
    }
  }

  private void items(List<Disjunct.Fact> options, SchemaNode schema, String keyword) {
    ArrayConstraints.Items rule = facts.itemRule(schema);
    int anything = facts.yes(document.anything());
    for (int i = 0; i < rule.prefix().size(); i++) {
      List<Integer> before = new ArrayList<>(Collections.nCopies(i, anything));
      before.add(rule.prefix().get(i) ^ 1);
      ArrayConstraints.Items fails = new ArrayConstraints.Items(before, anything);
      options.add(
          of(
              Disjunct.ARRAY,
              option -> {
                option.arrays.items.add(fails);
                option.arrays.count(fails.prefix().size(), Regex.UNBOUNDED);
              }));
    }
    if (rule.rest() == anything) {
      return;
    }
    boolean none = rule.rest() == facts.yes(document.nothing());
    if (none || rule.prefix().isEmpty()) {
      options.add(
          of(
              Disjunct.ARRAY,
              option -> {
                option.arrays.count(rule.prefix().size() + 1L, Regex.UNBOUNDED);
                if (!none) {
                  option.arrays.contains.add(
                      new ArrayConstraints.Contains(rule.rest() ^ 1, 1, Regex.UNBOUNDED));
                }
              }));
    } else {
      throw schema.unsupported(keyword, "with both first and later items inside not or oneOf");
    }
  }

  private void contains(List<Disjunct.Fact> options, SchemaNode schema, JsonNode value) {
    JsonNode json = schema.json();
    int literal = facts.yes(document.child(schema, value, "contains"));
    long least =
        json.has("minContains") ? facts.count(schema, "minContains", json.get("minContains")) : 1;
    if (least > 0) {
      options.add(
          of(
              Disjunct.ARRAY,
              option ->
                  option.arrays.contains.add(
                      new ArrayConstraints.Contains(literal, 0, least - 1))));
    }
    if (json.has("maxContains")) {
      long most = facts.count(schema, "maxContains", json.get("maxContains"));
      ArrayConstraints.Contains more =
          new ArrayConstraints.Contains(literal, most + 1, Regex.UNBOUNDED);
      options.add(of(Disjunct.ARRAY, option -> option.arrays.contains.add(more)));
    }
  }
}
