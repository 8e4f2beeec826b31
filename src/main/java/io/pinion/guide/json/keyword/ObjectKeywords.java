package io.pinion.guide.json.keyword;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keywords about objects. */
final class ObjectKeywords {
  private final Literals literals;
  private final SchemaDocument document;
  private final StringPatterns patterns;
  private final RegexPool pool;

  ObjectKeywords(Literals literals, StringPatterns patterns, RegexPool pool) {
    this.literals = literals;
    this.document = literals.document();
    this.patterns = patterns;
    this.pool = pool;
  }

  void addTo(Map<String, Keyword> table) {
    counts(table);
    table.put(
        "required",
        new Keyword(
            (use, branch) -> branch.objects.required.addAll(use.names()),
            (use, options) ->
                use.names().forEach(name -> options.add(objects(branch -> forbid(branch, name))))));
    table.put("properties", rules(this::properties));
    table.put("patternProperties", rules(this::patternProperties));
    table.put(
        "additionalProperties",
        rules(use -> List.of(new Rule(remaining(use.schema()), schema(use)))));
    table.put(
        "propertyNames",
        rules(use -> List.of(new Rule(otherNames(schema(use)), document.nothing()))));
    Keyword dependencies = new Keyword(this::depend, this::failDependency);
    table.put("dependentRequired", dependencies);
    table.put("dependentSchemas", dependencies);
    table.put("dependencies", dependencies);
    table.put(
        "unevaluatedProperties", new Keyword(this::unevaluated, Unevaluated::refuseComplement));
  }

  private static void counts(Map<String, Keyword> table) {
    table.put(
        "minProperties",
        new Keyword(
            (use, branch) -> branch.objects.count(use.count(), Regex.UNBOUNDED),
            (use, options) -> {
              long count = use.count();
              if (count > 0) {
                options.add(objects(branch -> branch.objects.count(0, count - 1)));
              }
            }));
    table.put(
        "maxProperties",
        new Keyword(
            (use, branch) -> branch.objects.count(0, use.count()),
            (use, options) -> {
              long count = use.count();
              options.add(objects(branch -> branch.objects.count(count + 1, Regex.UNBOUNDED)));
            }));
  }

  private static Disjunct.Constraint objects(Disjunct.Constraint constraint) {
    return Disjunct.Constraint.on(Disjunct.OBJECT, constraint);
  }

  /** The values of some keys must satisfy a schema. */
  private record Rule(KeyMatch match, SchemaNode schema) {}

  /** A keyword that is rules for the values of keys. */
  private Keyword rules(java.util.function.Function<KeywordUse, List<Rule>> rules) {
    return new Keyword(
        (use, branch) ->
            rules
                .apply(use)
                .forEach(rule -> branch.objects.rule(rule.match, literals.yes(rule.schema))),
        (use, options) -> rules.apply(use).forEach(rule -> broken(rule, use, options)));
  }

  /** Some key that is meant has a value that fails the schema. */
  private void broken(Rule rule, KeywordUse use, List<Disjunct.Constraint> options) {
    if (rule.schema == document.anything()) {
      return;
    }
    int fails = literals.no(rule.schema);
    if (rule.match instanceof KeyMatch.Named named) {
      options.add(
          objects(
              branch -> {
                branch.objects.required.add(named.name());
                branch.objects.rule(named, fails);
              }));
    } else {
      SomeKey some = new SomeKey(new KeyRule(rule.match, fails), use.schema(), use.keyword());
      options.add(objects(branch -> branch.objects.some.add(some)));
    }
  }

  private List<Rule> properties(KeywordUse use) {
    List<Rule> found = new ArrayList<>();
    for (var field : use.value().properties()) {
      found.add(new Rule(new KeyMatch.Named(field.getKey()), member(use, field)));
    }
    return found;
  }

  private List<Rule> patternProperties(KeywordUse use) {
    List<Rule> found = new ArrayList<>();
    for (var field : use.value().properties()) {
      Regex keys = patterns.search(use.schema(), use.keyword(), field.getKey());
      found.add(new Rule(new KeyMatch.Patterned(keys), member(use, field)));
    }
    return found;
  }

  private SchemaNode member(KeywordUse use, Map.Entry<String, JsonNode> field) {
    return document.child(use.schema(), field.getValue(), use.keyword(), field.getKey());
  }

  private SchemaNode schema(KeywordUse use) {
    return literals.schema(use.schema(), use.keyword(), use.value());
  }

  /** The keys that are neither properties nor match patternProperties of the same schema. */
  private KeyMatch remaining(SchemaNode schema) {
    Set<String> names = new LinkedHashSet<>();
    schema.json().path("properties").fieldNames().forEachRemaining(names::add);
    return new KeyMatch.Remaining(names, keyPatterns(schema));
  }

  private List<Regex> keyPatterns(SchemaNode schema) {
    List<Regex> matched = new ArrayList<>();
    for (var field : schema.json().path("patternProperties").properties()) {
      matched.add(patterns.search(schema, "patternProperties", field.getKey()));
    }
    return matched;
  }

  /** The keys that a propertyNames schema does not allow. */
  private KeyMatch otherNames(SchemaNode schema) {
    return new KeyMatch.Patterned(pool.not(literals.strings(literals.yes(schema))));
  }

  private void forbid(Disjunct branch, String name) {
    branch.objects.rule(new KeyMatch.Named(name), literals.yes(document.nothing()));
  }

  private void depend(KeywordUse use, Disjunct branch) {
    for (var field : use.value().properties()) {
      String name = field.getKey();
      Set<String> needed = new HashSet<>(names(use, field.getValue()));
      needed.add(name);
      boolean named = field.getValue().isArray() || field.getValue().isTextual();
      int holds = literals.yes(named ? document.anything() : member(use, field));
      branch.choose(
          List.of(
              option -> forbid(option, name),
              option -> {
                option.only(Disjunct.OBJECT);
                option.objects.required.addAll(needed);
                option.require(holds);
              }));
    }
  }

  /** The keys that a dependency asks for by name; none where it asks for a schema. */
  private static List<String> names(KeywordUse use, JsonNode value) {
    if (value.isArray()) {
      return new KeywordUse(use.schema(), use.keyword(), value).names();
    }
    return value.isTextual() ? List.of(value.asText()) : List.of();
  }

  private void failDependency(KeywordUse use, List<Disjunct.Constraint> options) {
    for (var field : use.value().properties()) {
      String name = field.getKey();
      if (field.getValue().isArray() || field.getValue().isTextual()) {
        for (String other : names(use, field.getValue())) {
          options.add(objects(option -> lack(option, name, other)));
        }
      } else {
        int fails = literals.no(member(use, field));
        options.add(
            objects(
                option -> {
                  option.objects.required.add(name);
                  option.require(fails);
                }));
      }
    }
  }

  private void lack(Disjunct branch, String present, String absent) {
    branch.objects.required.add(present);
    forbid(branch, absent);
  }

  private void unevaluated(KeywordUse use, Disjunct branch) {
    Unevaluated others = Unevaluated.beside(use, document);
    if (others == null || others.everyProperty) {
      return;
    }
    List<Regex> matched = new ArrayList<>();
    others.patterned.forEach(schema -> matched.addAll(keyPatterns(schema)));
    branch.objects.rule(new KeyMatch.Remaining(others.names, matched), literals.yes(schema(use)));
  }
}
