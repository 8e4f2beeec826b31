package io.pinion.guide.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Random schemas over the supported keywords, nested, with references. */
public final class RandomSchemas {
  static final List<String> FORMATS =
      List.of("date-time", "date", "time", "duration", "email", "ipv4", "ipv6", "uuid", "uri");
  private static final List<String> TYPES =
      List.of("null", "boolean", "integer", "number", "string", "array", "object", "object");
  private static final List<String> PATTERNS =
      List.of(
          "^a", "b$", "^[a-c]*$", "\\d", "^x", "^.{2,3}$", "[^a]", "^(a|bc?)+$", "é|^$", "^\\w+$");
  private static final JsonNodeFactory NODES = RandomValues.NODES;

  private static final List<String> MOSTLY_ARRAYS =
      List.of(
          "null", "boolean", "integer", "number", "string", "array", "array", "array", "object");

  private final RandomValues values;
  private final boolean plain;
  private final List<String> types;
  private final int percent;
  private int definitions;

  /**
   * @param plain without keywords that join schemas, so that the order of an object's members is
   *     that of its own schema
   */
  public RandomSchemas(RandomValues values, boolean plain) {
    this(values, plain, TYPES, 15);
  }

  private RandomSchemas(RandomValues values, boolean plain, List<String> types, int percent) {
    this.values = values;
    this.plain = plain;
    this.types = types;
    this.percent = percent;
  }

  /** Schemas in which arrays are frequent, and so is what counts and tells apart their items. */
  public static RandomSchemas ofArrays(RandomValues values) {
    return new RandomSchemas(values, false, MOSTLY_ARRAYS, 60);
  }

  public ObjectNode document() {
    definitions = values.random.nextInt(3);
    ObjectNode root = schema(3, 0);
    if (definitions > 0) {
      ObjectNode defs = root.putObject("$defs");
      for (int i = 0; i < definitions; i++) {
        defs.set("d" + i, schema(2, i + 1));
      }
    }
    return root;
  }

  /** A schema that may stand under a keyword of another. */
  private JsonNode child(int depth) {
    if (values.chance(6)) {
      return NODES.booleanNode(values.chance(70));
    }
    return schema(depth - 1, 0);
  }

  /**
   * @param free the first definition that may be referred to from the same place, so that
   *     references never go round without a member or an item between
   */
  private ObjectNode schema(int depth, int free) {
    ObjectNode made = NODES.objectNode();
    if (free < definitions && values.chance(25)) {
      int target = free + values.random.nextInt(definitions - free);
      return made.put("$ref", "#/$defs/d" + target);
    }
    if (values.chance(10)) {
      return enumeration(made);
    }
    String type = depth <= 0 ? types.get(values.random.nextInt(5)) : values.pick(types);
    if (values.chance(85)) {
      type(made, type);
    }
    keywords(made, type, depth, free);
    if (values.chance(8)) {
      keywords(made, values.pick(TYPES), depth, free);
    }
    if (!plain && depth > 0 && values.chance(40)) {
      join(made, depth, free);
    }
    return made;
  }

  private void type(ObjectNode made, String type) {
    if (values.chance(15)) {
      Set<String> some = new TreeSet<>(List.of(type, values.pick(TYPES)));
      some.forEach(made.putArray("type")::add);
    } else {
      made.put("type", type);
    }
  }

  private ObjectNode enumeration(ObjectNode made) {
    if (values.chance(40)) {
      made.set("const", values.value(2));
      return made;
    }
    ArrayNode list = made.putArray("enum");
    for (int left = 1 + values.random.nextInt(4); left > 0; left--) {
      list.add(values.value(1));
    }
    return made;
  }

  private void keywords(ObjectNode made, String type, int depth, int free) {
    switch (type) {
      case "integer", "number" -> numbers(made);
      case "string" -> strings(made);
      case "array" -> arrays(made, depth);
      case "object" -> objects(made, depth, free);
      default -> {}
    }
  }

  private void numbers(ObjectNode made) {
    BigDecimal low = values.number();
    if (values.chance(40)) {
      made.put(values.chance(50) ? "minimum" : "exclusiveMinimum", low);
    }
    if (values.chance(40)) {
      BigDecimal high = values.chance(80) ? low.add(values.number().abs()) : values.number();
      made.put(values.chance(50) ? "maximum" : "exclusiveMaximum", high);
    }
    if (values.chance(25)) {
      made.put(
          "multipleOf", new BigDecimal(values.pick(List.of("2", "3", "7", "0.5", "0.1", "12"))));
    }
  }

  private void strings(ObjectNode made) {
    bounds(made, "minLength", "maxLength", 40);
    if (values.chance(30)) {
      made.put("pattern", values.pick(PATTERNS));
    } else if (values.chance(25)) {
      made.put("format", values.pick(FORMATS));
    }
  }

  /** A count of its own, so that the least may be more than the most. */
  private void count(ObjectNode made, String keyword) {
    if (values.chance(40)) {
      made.put(keyword, values.random.nextInt(4));
    }
  }

  private void bounds(ObjectNode made, String least, String most, int percent) {
    int low = values.random.nextInt(3);
    if (values.chance(percent)) {
      made.put(least, low);
    }
    if (values.chance(percent)) {
      made.put(most, low + values.random.nextInt(4) - (values.chance(5) ? 1 : 0) + 1);
    }
  }

  private void arrays(ObjectNode made, int depth) {
    bounds(made, "minItems", "maxItems", 30);
    boolean counted = !plain && values.chance(percent);
    if (!counted && values.chance(25)) {
      ArrayNode prefix = made.putArray("prefixItems");
      for (int left = 1 + values.random.nextInt(2); left > 0; left--) {
        prefix.add(child(depth));
      }
    }
    if (values.chance(60)) {
      made.set("items", child(depth));
    }
    if (counted) {
      made.set("contains", child(depth));
      count(made, "minContains");
      count(made, "maxContains");
    }
    if (values.chance(percent / 3)) {
      made.put("type", "array").put("uniqueItems", true);
    }
    if (values.chance(5)) {
      made.set("unevaluatedItems", child(depth));
    }
  }

  private void objects(ObjectNode made, int depth, int free) {
    if (values.chance(85)) {
      ObjectNode properties = made.putObject("properties");
      for (int left = 1 + values.random.nextInt(3); left > 0; left--) {
        properties.set(values.name(), child(depth));
      }
    }
    if (values.chance(45)) {
      Set<String> needed = new TreeSet<>();
      for (int left = 1 + values.random.nextInt(2); left > 0; left--) {
        needed.add(values.name());
      }
      needed.forEach(made.putArray("required")::add);
    }
    if (values.chance(45)) {
      made.set("additionalProperties", values.chance(60) ? NODES.booleanNode(false) : child(depth));
    } else if (values.chance(5)) {
      made.set("unevaluatedProperties", child(depth));
    }
    if (values.chance(15)) {
      made.putObject("patternProperties").set(values.pick(PATTERNS), child(depth));
    }
    if (values.chance(15)) {
      bounds(made, "minProperties", "maxProperties", 60);
    }
    if (values.chance(8)) {
      strings(made.putObject("propertyNames"));
    }
    if (!plain) {
      dependencies(made, depth, free);
    }
  }

  private void dependencies(ObjectNode made, int depth, int free) {
    if (values.chance(8)) {
      made.putObject("dependentRequired").putArray(values.name()).add(values.name());
    }
    if (values.chance(5)) {
      made.putObject("dependentSchemas").set(values.name(), inPlace(depth, free));
    }
  }

  private void join(ObjectNode made, int depth, int free) {
    switch (values.random.nextInt(6)) {
      case 0 -> some(made.putArray("allOf"), depth, free);
      case 1 -> some(made.putArray("anyOf"), depth, free);
      case 2 -> some(made.putArray("oneOf"), depth, free);
      case 3 -> made.set("not", inPlace(depth, free));
      case 4 -> {
        made.set("if", inPlace(depth, free));
        if (values.chance(80)) {
          made.set("then", inPlace(depth, free));
        }
        if (values.chance(60)) {
          made.set("else", inPlace(depth, free));
        }
      }
      default -> made.set("not", enumeration(NODES.objectNode()));
    }
  }

  private void some(ArrayNode list, int depth, int free) {
    for (int left = 1 + values.random.nextInt(3); left > 0; left--) {
      list.add(inPlace(depth, free));
    }
  }

  private JsonNode inPlace(int depth, int free) {
    return schema(depth - 1, free);
  }
}
