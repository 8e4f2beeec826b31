package io.pinion.guide.json.keyword;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.guide.json.schema.SchemaNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The keywords {@code type}, {@code enum} and {@code const}. */
final class ValueKeywords {
  private final Literals literals;
  private final Map<JsonNode, SchemaNode> exact = new HashMap<>();

  ValueKeywords(Literals literals) {
    this.literals = literals;
  }

  void addTo(Map<String, Keyword> table) {
    table.put(
        "type",
        new Keyword(
            (use, branch) -> branch.only(typeMask(use)),
            (use, options) -> {
              int mask = typeMask(use);
              options.add(option -> option.only(~mask));
            }));
    table.put(
        "enum",
        new Keyword(
            (use, branch) -> oneOf(branch, use, use.value()),
            (use, options) -> options.add(option -> noneOf(option, use, use.value()))));
    table.put(
        "const",
        new Keyword(
            (use, branch) -> oneOf(branch, use, List.of(use.value())),
            (use, options) -> options.add(option -> noneOf(option, use, List.of(use.value())))));
  }

  private int typeMask(KeywordUse use) {
    boolean nullable = literals.document().hasNullable() && use.beside("nullable").isTrue();
    return typeMask(use.schema(), use.value()) | (nullable ? Disjunct.NULL : 0);
  }

  /** The types that a type keyword names. */
  private static int typeMask(SchemaNode schema, JsonNode value) {
    if (value.isTextual()) {
      return switch (value.asText()) {
        case "null" -> Disjunct.NULL;
        case "boolean" -> Disjunct.BOOLEAN;
        case "integer" -> Disjunct.INTEGER;
        case "number" -> Disjunct.NUMBER;
        case "string" -> Disjunct.STRING;
        case "array" -> Disjunct.ARRAY;
        case "object" -> Disjunct.OBJECT;
        case "any" -> Disjunct.EVERY;
        default -> throw schema.wrong("type", "names the unknown type " + value.asText());
      };
    }
    if (!value.isArray()) {
      throw schema.wrong("type", "is neither a type nor a list of types");
    }
    int mask = 0;
    for (JsonNode one : value) {
      mask |= typeMask(schema, one);
    }
    return mask;
  }

  /** One of the values holds. */
  private void oneOf(Disjunct branch, KeywordUse use, Iterable<JsonNode> values) {
    int mask = 0;
    Set<String> texts = new LinkedHashSet<>();
    Set<BigDecimal> numbers = new LinkedHashSet<>();
    List<Integer> composites = new ArrayList<>();
    for (JsonNode value : values) {
      mask |= mask(value);
      if (value.isTextual()) {
        texts.add(value.textValue());
      } else if (value.isNumber()) {
        numbers.add(value.decimalValue());
      } else if (value.isContainerNode()) {
        composites.add(literals.yes(exactly(use, value)));
      }
    }
    int scalars = mask & ~(Disjunct.ARRAY | Disjunct.OBJECT);
    List<Disjunct.Constraint> options = new ArrayList<>();
    if (scalars != 0) {
      options.add(option -> scalars(option, scalars, texts, numbers));
    }
    composites.forEach(literal -> options.add(option -> option.require(literal)));
    branch.choose(options);
  }

  private static void scalars(
      Disjunct branch, int mask, Set<String> texts, Set<BigDecimal> numbers) {
    branch.only(mask);
    branch.strings.allow(texts);
    branch.numbers.allow(numbers);
  }

  /** None of the values holds. */
  private void noneOf(Disjunct branch, KeywordUse use, Iterable<JsonNode> values) {
    for (JsonNode value : values) {
      if (value.isTextual()) {
        branch.strings.exclude(value.textValue());
      } else if (value.isNumber()) {
        branch.numbers.exclude(value.decimalValue());
      } else if (value.isContainerNode()) {
        branch.require(literals.no(exactly(use, value)));
      } else {
        branch.only(~mask(value));
      }
    }
  }

  private static int mask(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> Disjunct.NULL;
      case BOOLEAN -> value.booleanValue() ? Disjunct.TRUE : Disjunct.FALSE;
      case NUMBER -> Disjunct.NUMBER;
      case STRING -> Disjunct.STRING;
      case ARRAY -> Disjunct.ARRAY;
      default -> Disjunct.OBJECT;
    };
  }

  /** A schema that just one array or object satisfies. */
  private SchemaNode exactly(KeywordUse use, JsonNode value) {
    return exact.computeIfAbsent(
        value, v -> literals.schema(use.schema(), use.keyword(), exactSchema(v)));
  }

  private static ObjectNode exactSchema(JsonNode value) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    if (value.isArray()) {
      made.put("type", "array").put("minItems", value.size()).put("maxItems", value.size());
      ArrayNode items = made.putArray("prefixItems");
      value.forEach(item -> items.addObject().set("const", item));
      return made;
    }
    made.put("type", "object").put("additionalProperties", false);
    ObjectNode properties = made.putObject("properties");
    ArrayNode required = made.putArray("required");
    for (var field : value.properties()) {
      properties.putObject(field.getKey()).set("const", field.getValue());
      required.add(field.getKey());
    }
    return made;
  }
}
