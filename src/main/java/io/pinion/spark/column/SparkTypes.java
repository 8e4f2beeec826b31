package io.pinion.spark.column;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Spark's type for the values of a JSON Schema: integer → long, number → double, formats date and
 * date-time → date and timestamp, array → array, an object with properties → struct in their order,
 * one with additional properties alone → map. What has no one type (unions, recursion, a schema
 * that says nothing) stays JSON text.
 */
final class SparkTypes {
  private final JsonNode root;
  private final Set<String> open = new HashSet<>();

  private SparkTypes(JsonNode root) {
    this.root = root;
  }

  static DataType of(JsonNode schema) {
    return new SparkTypes(schema).type(schema);
  }

  private DataType type(JsonNode schema) {
    String reference = schema.path("$ref").asText(null);
    if (reference != null) {
      return referred(reference);
    }
    for (String union : List.of("anyOf", "oneOf")) {
      if (schema.has(union)) {
        return union(schema.get(union));
      }
    }
    if (schema.path("allOf").size() == 1 && !schema.has("properties")) {
      return type(schema.get("allOf").get(0));
    }
    if (schema.has("allOf")) {
      return DataTypes.StringType;
    }
    return named(typeName(schema), schema);
  }

  private DataType referred(String reference) {
    JsonNode target =
        reference.startsWith("#") ? root.at(reference.substring(1)) : root.path("no such key");
    if (target.isMissingNode() || !open.add(reference)) {
      return DataTypes.StringType;
    }
    try {
      return type(target);
    } finally {
      open.remove(reference);
    }
  }

  private DataType union(JsonNode parts) {
    Map<String, DataType> types = new TreeMap<>();
    for (JsonNode part : parts) {
      if (!part.path("type").asText().equals("null")) {
        DataType type = type(part);
        types.put(type.json(), type);
      }
    }
    return types.size() == 1 ? types.values().iterator().next() : DataTypes.StringType;
  }

  /** The one type besides null; empty where there are several or none is told. */
  private static String typeName(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isTextual()) {
      return type.asText();
    }
    Set<String> names = new HashSet<>();
    type.forEach(name -> names.add(name.asText()));
    JsonNode values = schema.path("enum");
    if (!type.isArray()) {
      values.forEach(value -> names.add(nameOf(value)));
      if (names.isEmpty() && schema.has("properties")) {
        names.add("object");
      }
    }
    names.remove("null");
    if (names.equals(Set.of("integer", "number"))) {
      return "number";
    }
    return names.size() == 1 ? names.iterator().next() : "";
  }

  private static String nameOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case NULL -> "null";
      default -> "other";
    };
  }

  private DataType named(String name, JsonNode schema) {
    return switch (name) {
      case "integer" -> DataTypes.LongType;
      case "number" -> DataTypes.DoubleType;
      case "boolean" -> DataTypes.BooleanType;
      case "string" ->
          switch (schema.path("format").asText()) {
            case "date" -> DataTypes.DateType;
            case "date-time" -> DataTypes.TimestampType;
            default -> DataTypes.StringType;
          };
      case "array" -> array(schema);
      case "object" -> object(schema);
      default -> DataTypes.StringType;
    };
  }

  private DataType array(JsonNode schema) {
    JsonNode items = schema.path("items");
    boolean uniform = items.isObject() && !schema.has("prefixItems");
    return uniform ? DataTypes.createArrayType(type(items), true) : DataTypes.StringType;
  }

  private DataType object(JsonNode schema) {
    JsonNode properties = schema.path("properties");
    JsonNode additional = schema.path("additionalProperties");
    if (properties.isEmpty()) {
      return additional.isObject() && !additional.isEmpty()
          ? MapType.apply(DataTypes.StringType, type(additional), true)
          : DataTypes.StringType;
    }
    List<StructField> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, JsonNode> property : properties.properties()) {
      names.add(property.getKey().toLowerCase(java.util.Locale.ROOT));
      fields.add(DataTypes.createStructField(property.getKey(), type(property.getValue()), true));
    }
    // Spark takes names that differ in case alone for one.
    return names.size() < fields.size()
        ? DataTypes.StringType
        : new StructType(fields.toArray(StructField[]::new));
  }
}
