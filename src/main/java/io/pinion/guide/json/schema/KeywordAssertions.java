package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.regex.MultipleOfRegex;
import io.pinion.guide.regex.Regex;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the keywords of a schema say: each told to a branch in which the schema holds. */
final class KeywordAssertions {
  private final TypeSolver types;
  private final SchemaDocument document;
  private final SchemaValues values;

  KeywordAssertions(TypeSolver types) {
    this.types = types;
    this.document = types.document();
    this.values = new SchemaValues(types);
  }

  SchemaValues values() {
    return values;
  }

  void addTo(Disjunct branch, SchemaNode schema) {
    JsonNode json = schema.json();
    if (json.isBoolean()) {
      branch.only(json.booleanValue() ? Disjunct.EVERY : 0);
      return;
    }
    if (!json.isObject()) {
      throw new GuideException("the JSON Schema's " + schema.pointer() + " is no schema");
    }
    if (json.has("$ref") && document.referenceStandsAlone()) {
      keyword(branch, schema, "$ref", json.get("$ref"));
      return;
    }
    for (var field : json.properties()) {
      keyword(branch, schema, field.getKey(), field.getValue());
    }
  }

  private void keyword(Disjunct branch, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "$ref", "$dynamicRef", "$recursiveRef" ->
          branch.require(yes(reference(schema, keyword, value)));
      case "type" -> branch.only(values.typeMask(schema, value));
      case "enum" -> values.oneOf(branch, schema, keyword, value);
      case "const" -> values.oneOf(branch, schema, keyword, List.of(value));
      case "allOf" -> schemas(schema, keyword, value).forEach(s -> branch.require(yes(s)));
      case "anyOf" -> branch.choose(any(schemas(schema, keyword, value)));
      case "oneOf" -> one(branch, schemas(schema, keyword, value));
      case "not" -> branch.require(no(document.child(schema, value, keyword)));
      case "if" -> condition(branch, schema, value);
      case "minLength" -> branch.strings.length(count(schema, keyword, value), Regex.UNBOUNDED);
      case "maxLength" -> branch.strings.length(0, count(schema, keyword, value));
      case "pattern" -> branch.strings.matching(types.search(schema, keyword, value));
      case "format" -> format(branch, schema, value);
      case "minItems" -> branch.arrays.count(count(schema, keyword, value), Regex.UNBOUNDED);
      case "maxItems" -> branch.arrays.count(0, count(schema, keyword, value));
      case "minProperties" -> branch.objects.count(count(schema, keyword, value), Regex.UNBOUNDED);
      case "maxProperties" -> branch.objects.count(0, count(schema, keyword, value));
      case "required" -> branch.objects.required.addAll(names(schema, keyword, value));
      case "uniqueItems" -> {
        if (value.asBoolean()) {
          branch.arrays.unique = schema;
        }
      }
      default -> further(branch, schema, keyword, value);
    }
  }

  private void further(Disjunct branch, SchemaNode schema, String keyword, JsonNode value) {
    switch (keyword) {
      case "minimum" ->
          branch.numbers.atLeast(number(schema, keyword, value), !flag(schema, "exclusiveMinimum"));
      case "maximum" ->
          branch.numbers.atMost(number(schema, keyword, value), !flag(schema, "exclusiveMaximum"));
      case "exclusiveMinimum" -> {
        if (!value.isBoolean()) {
          branch.numbers.atLeast(number(schema, keyword, value), false);
        }
      }
      case "exclusiveMaximum" -> {
        if (!value.isBoolean()) {
          branch.numbers.atMost(number(schema, keyword, value), false);
        }
      }
      case "multipleOf", "divisibleBy" -> branch.numbers.matching(multiple(schema, keyword, value));
      case "properties" ->
          value
              .properties()
              .forEach(
                  field ->
                      branch.objects.rule(
                          new KeyMatch.Named(field.getKey()),
                          yes(document.child(schema, field.getValue(), keyword, field.getKey()))));
      case "patternProperties" -> patternProperties(branch, schema, value);
      case "additionalProperties" ->
          branch.objects.rule(remaining(schema), yes(document.child(schema, value, keyword)));
      case "propertyNames" ->
          branch.objects.rule(
              otherNames(document.child(schema, value, keyword)), yes(document.nothing()));
      case "items", "prefixItems" -> items(branch, schema, keyword);
      case "contains" -> branch.arrays.contains.add(contains(schema, value));
      case "dependentRequired", "dependentSchemas", "dependencies" ->
          value
              .properties()
              .forEach(field -> depend(branch, schema, keyword, field.getKey(), field.getValue()));
      case "unevaluatedProperties" -> unevaluated(branch, schema, keyword, value);
      case "unevaluatedItems" -> unevaluated(branch, schema, keyword, value);
      case "extends", "disallow" -> throw schema.unsupported(keyword, "is of an old draft");
      default -> {}
    }
  }

  int yes(SchemaNode schema) {
    return types.literal(schema, true);
  }

  int no(SchemaNode schema) {
    return types.literal(schema, false);
  }

  SchemaNode reference(SchemaNode schema, String keyword, JsonNode value) {
    String target = value.asText();
    int mark = target.indexOf('#');
    if (keyword.equals("$dynamicRef")
        && mark >= 0
        && !document.dynamicAnchorIsUnique(target.substring(mark + 1))) {
      throw schema.unsupported(keyword, "has more than one anchor to choose from");
    }
    return document.resolve(schema, keyword, target);
  }

  List<SchemaNode> schemas(SchemaNode schema, String keyword, JsonNode value) {
    if (!value.isArray()) {
      throw schema.wrong(keyword, "is no list of schemas");
    }
    List<SchemaNode> found = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      found.add(document.child(schema, value.get(i), keyword, String.valueOf(i)));
    }
    return found;
  }

  private List<Disjunct.Fact> any(List<SchemaNode> schemas) {
    Set<Integer> literals = new LinkedHashSet<>();
    schemas.forEach(schema -> literals.add(yes(schema)));
    List<Disjunct.Fact> options = new ArrayList<>();
    literals.forEach(literal -> options.add(branch -> branch.require(literal)));
    return options;
  }

  /** Exactly one holds: each option also denies those of the others that it may overlap. */
  private void one(Disjunct branch, List<SchemaNode> schemas) {
    List<Disjunct.Fact> options = new ArrayList<>();
    for (int i = 0; i < schemas.size(); i++) {
      int chosen = yes(schemas.get(i));
      List<Integer> denied = new ArrayList<>();
      for (int j = 0; j < schemas.size(); j++) {
        if (j != i && !types.disjoint(chosen, yes(schemas.get(j)))) {
          denied.add(no(schemas.get(j)));
        }
      }
      options.add(
          option -> {
            option.require(chosen);
            denied.forEach(option::require);
          });
    }
    branch.choose(options);
  }

  private void condition(Disjunct branch, SchemaNode schema, JsonNode value) {
    SchemaNode test = document.child(schema, value, "if");
    int then = branchOf(schema, "then");
    int otherwise = branchOf(schema, "else");
    if (then == otherwise) {
      return;
    }
    branch.choose(
        List.of(
            option -> {
              option.require(yes(test));
              option.require(then);
            },
            option -> {
              option.require(no(test));
              option.require(otherwise);
            }));
  }

  int branchOf(SchemaNode schema, String keyword) {
    JsonNode value = schema.json().get(keyword);
    return yes(value == null ? document.anything() : document.child(schema, value, keyword));
  }

  private void format(Disjunct branch, SchemaNode schema, JsonNode value) {
    Regex regex = types.format(schema, value);
    if (regex != null) {
      branch.strings.matching(regex);
    }
  }

  long count(SchemaNode schema, String keyword, JsonNode value) {
    if (!value.isNumber() || value.decimalValue().stripTrailingZeros().scale() > 0) {
      throw schema.wrong(keyword, "is no whole number");
    }
    BigDecimal limited = value.decimalValue().min(BigDecimal.valueOf(Regex.UNBOUNDED));
    if (limited.signum() < 0) {
      throw schema.wrong(keyword, "is negative");
    }
    return limited.longValue();
  }

  BigDecimal number(SchemaNode schema, String keyword, JsonNode value) {
    if (!value.isNumber()) {
      throw schema.wrong(keyword, "is no number");
    }
    return value.decimalValue();
  }

  boolean flag(SchemaNode schema, String keyword) {
    JsonNode value = schema.json().path(keyword);
    return value.isBoolean() && value.booleanValue();
  }

  List<String> names(SchemaNode schema, String keyword, JsonNode value) {
    if (!value.isArray()) {
      throw schema.wrong(keyword, "is no list of names");
    }
    List<String> found = new ArrayList<>();
    value.forEach(name -> found.add(name.asText()));
    return found;
  }

  Regex multiple(SchemaNode schema, String keyword, JsonNode value) {
    BigDecimal step = number(schema, keyword, value).stripTrailingZeros();
    if (step.signum() <= 0) {
      throw schema.wrong(keyword, "is not positive");
    }
    int places = Math.max(step.scale(), 0);
    if (places > 30
        || step.precision() - step.scale() > 18
        || step.movePointRight(places).compareTo(BigDecimal.valueOf(MultipleOfRegex.LARGEST_STEP))
            > 0) {
      throw schema.unsupported(keyword, "has too many digits");
    }
    return types.pool().shared(MultipleOfRegex.of(step.movePointRight(places).longValue(), places));
  }

  private void patternProperties(Disjunct branch, SchemaNode schema, JsonNode value) {
    for (var field : value.properties()) {
      SchemaNode inner =
          document.child(schema, field.getValue(), "patternProperties", field.getKey());
      branch.objects.rule(pattern(schema, field.getKey()), yes(inner));
    }
  }

  KeyMatch pattern(SchemaNode schema, String pattern) {
    return new KeyMatch.Patterned(types.search(schema, "patternProperties", pattern));
  }

  /** The keys that are neither properties nor match patternProperties of the same schema. */
  KeyMatch remaining(SchemaNode schema) {
    Set<String> names = new LinkedHashSet<>();
    schema.json().path("properties").fieldNames().forEachRemaining(names::add);
    List<Regex> patterns = new ArrayList<>();
    schema
        .json()
        .path("patternProperties")
        .fieldNames()
        .forEachRemaining(
            pattern -> patterns.add(types.search(schema, "patternProperties", pattern)));
    return new KeyMatch.Remaining(names, patterns);
  }

  /** The keys that a propertyNames schema does not allow. */
  KeyMatch otherNames(SchemaNode schema) {
    return new KeyMatch.Patterned(types.pool().not(types.strings(yes(schema))));
  }

  private void items(Disjunct branch, SchemaNode schema, String keyword) {
    if (keyword.equals("items") && schema.json().has("prefixItems")) {
      return;
    }
    branch.arrays.items.add(itemRule(schema));
  }

  /** What the items must be, in the words of any draft. */
  ArrayConstraints.Items itemRule(SchemaNode schema) {
    JsonNode json = schema.json();
    JsonNode items = json.path("items");
    String list = json.has("prefixItems") ? "prefixItems" : items.isArray() ? "items" : null;
    String rest = json.has("prefixItems") || list == null ? "items" : "additionalItems";
    List<Integer> prefix = new ArrayList<>();
    if (list != null) {
      schemas(schema, list, json.get(list)).forEach(item -> prefix.add(yes(item)));
    }
    return new ArrayConstraints.Items(prefix, branchOf(schema, rest));
  }

  private ArrayConstraints.Contains contains(SchemaNode schema, JsonNode value) {
    JsonNode json = schema.json();
    long least =
        json.has("minContains") ? count(schema, "minContains", json.get("minContains")) : 1;
    long most =
        json.has("maxContains")
            ? count(schema, "maxContains", json.get("maxContains"))
            : Regex.UNBOUNDED;
    return new ArrayConstraints.Contains(
        yes(document.child(schema, value, "contains")), least, most);
  }

  private void depend(
      Disjunct branch, SchemaNode schema, String keyword, String name, JsonNode value) {
    Set<String> needed = new HashSet<>();
    needed.add(name);
    int literal = yes(document.anything());
    if (value.isArray()) {
      needed.addAll(names(schema, keyword, value));
    } else if (value.isTextual()) {
      needed.add(value.asText());
    } else {
      literal = yes(document.child(schema, value, keyword, name));
    }
    int holds = literal;
    branch.choose(
        List.of(
            option -> option.objects.rule(new KeyMatch.Named(name), yes(document.nothing())),
            option -> {
              option.only(Disjunct.OBJECT);
              option.objects.required.addAll(needed);
              option.require(holds);
            }));
  }

  private void unevaluated(Disjunct branch, SchemaNode schema, String keyword, JsonNode value) {
    if (value.isBoolean() && value.booleanValue()) {
      return;
    }
    for (String other :
        new String[] {
          "$ref",
          "$dynamicRef",
          "allOf",
          "anyOf",
          "oneOf",
          "not",
          "if",
          "dependentSchemas",
          "contains"
        }) {
      if (schema.json().has(other)) {
        throw schema.unsupported(keyword, "beside " + other);
      }
    }
    int rest = yes(document.child(schema, value, keyword));
    if (keyword.equals("unevaluatedProperties")) {
      if (!schema.json().has("additionalProperties")) {
        branch.objects.rule(remaining(schema), rest);
      }
    } else if (!schema.json().has("items")) {
      branch.arrays.items.add(new ArrayConstraints.Items(itemRule(schema).prefix(), rest));
    }
  }
}
