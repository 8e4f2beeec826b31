package io.pinion.guide.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Random instances that come near to a schema: each keyword that describes values is followed most
 * of the time, and all of them together only by luck.
 */
public final class RandomInstances {
  private static final Map<String, List<String>> FORMATTED =
      Map.ofEntries(
          Map.entry("date-time", List.of("2024-02-29T23:59:59.5+01:00", "2023-02-29T00:00:00Z")),
          Map.entry("date", List.of("1999-12-31", "2023-02-30")),
          Map.entry("time", List.of("08:30:06Z", "24:00:00Z")),
          Map.entry("duration", List.of("P1Y2M3DT4H5M6S", "P3W", "PT", "P1YT")),
          Map.entry("email", List.of("joe.bloggs@example.com", "@b", "a..b@c.de")),
          Map.entry("ipv4", List.of("127.0.0.1", "256.0.0.1", "1.2.3")),
          Map.entry("ipv6", List.of("::1", "1:2:3:4:5:6:7:8", "1::2::3", "::ffff:1.2.3.4")),
          Map.entry("uuid", List.of("2eb8aa08-aa98-11ea-b4aa-73b441d16380", "2eb8aa08")),
          Map.entry("uri", List.of("https://a.example/b?c#d", "mailto:a@b.c", "//x", "a b")));

  private final RandomValues values;
  private final JsonNode document;

  public RandomInstances(RandomValues values, JsonNode document) {
    this.values = values;
    this.document = document;
  }

  public JsonNode next() {
    return of(document, 5);
  }

  private JsonNode of(JsonNode schema, int depth) {
    if (schema.has("$ref")) {
      String definition = schema.get("$ref").textValue().substring("#/$defs/".length());
      return depth > 0 ? of(document.get("$defs").get(definition), depth) : values.value(0);
    }
    if (!schema.isObject() || values.chance(5)) {
      return values.value(2);
    }
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(values.random.nextInt(schema.get("enum").size()));
    }
    for (String joined : List.of("allOf", "anyOf", "oneOf")) {
      if (schema.has(joined) && values.chance(60)) {
        return joined(schema, schema.get(joined), depth);
      }
    }
    if (schema.has("then") && values.chance(30)) {
      return mixed(of(schema.get("then"), depth - 1), schema, depth);
    }
    return typed(schema, depth);
  }

  private JsonNode joined(JsonNode schema, JsonNode options, int depth) {
    return mixed(of(options.get(values.random.nextInt(options.size())), depth - 1), schema, depth);
  }

  /** A value of one schema that has, where it can, the members that another asks for too. */
  private JsonNode mixed(JsonNode made, JsonNode schema, int depth) {
    JsonNode other = typed(schema, depth);
    if (made.isObject() && other.isObject()) {
      ObjectNode both = ((ObjectNode) made).deepCopy();
      other.properties().forEach(field -> both.set(field.getKey(), field.getValue()));
      return both;
    }
    return values.chance(50) ? made : other;
  }

  private JsonNode typed(JsonNode schema, int depth) {
    JsonNode type = schema.path("type");
    String name =
        type.isArray() ? type.get(values.random.nextInt(type.size())).textValue() : type.asText();
    if (name.isEmpty()) {
      name = guess(schema);
    }
    return switch (name) {
      case "null" -> RandomValues.NODES.nullNode();
      case "boolean" -> RandomValues.NODES.booleanNode(values.chance(50));
      case "integer", "number" -> number(schema, name);
      case "string" -> RandomValues.NODES.textNode(text(schema));
      case "array" -> array(schema, depth);
      case "object" -> object(schema, depth);
      default -> values.value(2);
    };
  }

  private String guess(JsonNode schema) {
    if (schema.has("properties") || schema.has("required")) {
      return "object";
    }
    return schema.has("items") || schema.has("prefixItems") ? "array" : "";
  }

  private JsonNode number(JsonNode schema, String type) {
    BigDecimal made = values.number();
    for (String bound : List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")) {
      if (schema.has(bound) && values.chance(50)) {
        made = schema.get(bound).decimalValue().add(values.pick(STEPS));
      }
    }
    if (schema.has("multipleOf") && values.chance(60)) {
      BigDecimal step = schema.get("multipleOf").decimalValue();
      made = step.multiply(made.setScale(0, java.math.RoundingMode.FLOOR));
    }
    made = made.stripTrailingZeros();
    if (made.scale() <= 0 || type.equals("integer") && values.chance(90)) {
      return RandomValues.NODES.numberNode(made.toBigInteger());
    }
    return RandomValues.NODES.numberNode(made);
  }

  private static final List<BigDecimal> STEPS =
      List.of(
          BigDecimal.ZERO,
          BigDecimal.ONE,
          BigDecimal.valueOf(-1),
          BigDecimal.valueOf(5, 1),
          BigDecimal.valueOf(-1, 2),
          BigDecimal.valueOf(1, 2));

  private String text(JsonNode schema) {
    List<String> formatted = FORMATTED.get(schema.path("format").asText());
    return formatted != null && values.chance(90) ? values.pick(formatted) : values.text();
  }

  private ArrayNode array(JsonNode schema, int depth) {
    ArrayNode made = RandomValues.NODES.arrayNode();
    JsonNode prefix = schema.path("prefixItems");
    int length = schema.path("minItems").asInt(0) + values.random.nextInt(3);
    for (int i = 0; i < length && depth > 0; i++) {
      boolean contained = schema.has("contains") && values.chance(50);
      JsonNode item = i < prefix.size() ? prefix.get(i) : schema.path("items");
      made.add(of(contained ? schema.get("contains") : item, depth - 1));
    }
    return made;
  }

  private ObjectNode object(JsonNode schema, int depth) {
    ObjectNode made = RandomValues.NODES.objectNode();
    if (depth <= 0) {
      return made;
    }
    for (var property : schema.path("properties").properties()) {
      if (values.chance(70)) {
        made.set(property.getKey(), of(property.getValue(), depth - 1));
      }
    }
    for (JsonNode needed : schema.path("required")) {
      if (!made.has(needed.asText()) && values.chance(95)) {
        JsonNode property = schema.path("properties").path(needed.asText());
        made.set(needed.asText(), of(property, depth - 1));
      }
    }
    if (values.chance(25)) {
      made.set(values.name(), of(schema.path("additionalProperties"), depth - 1));
    }
    return made;
  }

  /** The instance with its members as a plain schema writes them. */
  JsonNode ordered(JsonNode instance, JsonNode schema) {
    if (schema.has("$ref")) {
      String definition = schema.get("$ref").textValue().substring("#/$defs/".length());
      return ordered(instance, document.get("$defs").get(definition));
    }
    if (instance.isArray()) {
      ArrayNode made = RandomValues.NODES.arrayNode();
      JsonNode prefix = schema.path("prefixItems");
      for (int i = 0; i < instance.size(); i++) {
        made.add(
            ordered(instance.get(i), i < prefix.size() ? prefix.get(i) : schema.path("items")));
      }
      return made;
    }
    if (!instance.isObject() || schema.has("enum") || schema.has("const")) {
      return instance;
    }
    ObjectNode made = RandomValues.NODES.objectNode();
    for (String name : names(instance, schema)) {
      JsonNode property = schema.path("properties").path(name);
      boolean known = !property.isMissingNode();
      made.set(
          name,
          ordered(instance.get(name), known ? property : schema.path("additionalProperties")));
    }
    return made;
  }

  private static List<String> names(JsonNode instance, JsonNode schema) {
    List<String> names = new ArrayList<>();
    schema.path("properties").fieldNames().forEachRemaining(names::add);
    schema.path("required").forEach(name -> names.add(name.asText()));
    instance.fieldNames().forEachRemaining(names::add);
    return names.stream().distinct().filter(instance::has).toList();
  }
}
