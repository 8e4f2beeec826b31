package io.pinion.guide.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Random schemas in which nearly all items and keys must differ, of types with few values. */
final class DistinctSchemas {
  private static final JsonNodeFactory NODES = RandomValues.NODES;
  private static final List<String> KEYS = List.of("a", "b", "c");

  private final RandomValues values;

  DistinctSchemas(RandomValues values) {
    this.values = values;
  }

  ObjectNode document() {
    return values.chance(70) ? array(3) : object(3);
  }

  private ObjectNode any(int depth) {
    int kind = values.random.nextInt(depth > 0 ? 10 : 6);
    return switch (kind) {
      case 0, 1 -> number();
      case 2, 3 -> text();
      case 4 -> word();
      case 5 -> either(depth);
      case 6, 7 -> array(depth);
      default -> object(depth);
    };
  }

  private ObjectNode number() {
    ObjectNode made = NODES.objectNode();
    made.put("type", values.chance(60) ? "integer" : "number");
    if (values.chance(60)) {
      made.put("minimum", -1).put("maximum", values.random.nextInt(13));
    }
    if (values.chance(10)) {
      made.put("multipleOf", 0.5);
    }
    return made;
  }

  private ObjectNode text() {
    ObjectNode made = NODES.objectNode().put("type", "string");
    switch (values.random.nextInt(4)) {
      case 0 -> made.put("maxLength", values.random.nextInt(3));
      case 1 -> made.put("pattern", values.pick(List.of("^[ab/]{0,2}$", "^a*$", "^(a|b.*)$")));
      default -> {}
    }
    return made;
  }

  private ObjectNode word() {
    ObjectNode made = NODES.objectNode();
    if (values.chance(50)) {
      made.putArray("type").add("boolean").add("null");
    } else {
      made.putArray("enum").add("a").add("b").add(1).add("b/");
    }
    return made;
  }

  private ObjectNode either(int depth) {
    ObjectNode made = NODES.objectNode();
    ArrayNode ways = made.putArray(values.chance(80) ? "anyOf" : "oneOf");
    ways.add(any(depth - 1)).add(any(depth - 1));
    return made;
  }

  private ObjectNode array(int depth) {
    ObjectNode made = NODES.objectNode().put("type", "array");
    if (values.chance(85)) {
      made.put("uniqueItems", true);
    }
    if (values.chance(30)) {
      made.put("minItems", values.random.nextInt(4));
    }
    if (values.chance(30)) {
      made.put("maxItems", 2 + values.random.nextInt(4));
    }
    if (values.chance(15)) {
      made.putArray("prefixItems").add(any(depth - 1)).add(any(depth - 1));
    } else if (values.chance(10)) {
      made.set("contains", any(0));
    }
    if (values.chance(90)) {
      made.set("items", any(depth - 1));
    }
    return made;
  }

  private ObjectNode object(int depth) {
    ObjectNode made = NODES.objectNode().put("type", "object");
    ObjectNode properties = made.putObject("properties");
    for (String key : KEYS) {
      if (values.chance(45)) {
        properties.set(key, any(depth - 1));
        if (values.chance(50)) {
          made.withArray("/required").add(key);
        }
      }
    }
    if (values.chance(60)) {
      made.put("additionalProperties", false);
    } else if (values.chance(50)) {
      made.set("additionalProperties", any(depth - 1));
    }
    if (values.chance(25)) {
      made.put("minProperties", values.random.nextInt(4));
    }
    if (values.chance(10)) {
      made.put("maxProperties", 1 + values.random.nextInt(4));
    }
    if (values.chance(15)) {
      made.putObject("patternProperties").set("^[xy]$", any(depth - 1));
    }
    return made;
  }
}
