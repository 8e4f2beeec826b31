package io.pinion.spark.column;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.guide.error.GuideException;
import java.math.BigDecimal;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.util.CharVarcharUtils;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.VarcharType;

/**
 * A struct's type as a JSON Schema: what a text has to be so that it can become a value of the
 * type. Every field is written; one that is not {@code NOT NULL} may be null. Numbers keep to the
 * range of their type.
 */
public final class StructSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private StructSchema() {}

  /**
   * Reads a type.
   *
   * @param text columns as in {@code CREATE TABLE} ({@code customer STRING, urgency INT NOT NULL}),
   *     or the JSON of a struct type
   * @throws GuideException if it is neither
   */
  public static StructType read(String text) {
    StructType type;
    try {
      type =
          text.strip().startsWith("{")
              ? (StructType) DataType.fromJson(text)
              : StructType.fromDDL(text);
    } catch (Exception e) {
      if (e instanceof AnalysisException || e instanceof RuntimeException) {
        throw new GuideException(
            "'%s' is no type of a struct, such as customer STRING, urgency INT NOT NULL: %s"
                .formatted(
                    text, String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("")));
      }
      throw e;
    }
    if (type.isEmpty()) {
      throw new GuideException("the type of a struct has no fields");
    }
    return type;
  }

  /** The type as columns have it: of texts with a length, only the schema knows it. */
  public static StructType columns(StructType type) {
    return CharVarcharUtils.replaceCharVarcharWithStringInSchema(type);
  }

  /**
   * The JSON Schema of a type.
   *
   * @throws GuideException if a field has a type that no JSON value becomes, such as binary
   */
  public static String of(StructType type) {
    return struct(type, "").toString();
  }

  private static ObjectNode struct(StructType type, String path) {
    ObjectNode schema = JSON.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (StructField field : type.fields()) {
      String at = path + "." + field.name();
      ObjectNode value = value(field.dataType(), at);
      if (properties.has(field.name())) {
        throw new GuideException("the type has two fields '" + at.substring(1) + "'");
      }
      properties.set(field.name(), field.nullable() ? orNull(value) : value);
      required.add(field.name());
    }
    schema.put("additionalProperties", false);
    return schema;
  }

  private static JsonNode orNull(ObjectNode value) {
    ObjectNode either = JSON.objectNode();
    either.putArray("anyOf").add(value).addObject().put("type", "null");
    return either;
  }

  private static ObjectNode value(DataType type, String path) {
    ObjectNode schema = JSON.objectNode();
    if (type instanceof StructType struct) {
      return struct(struct, path);
    }
    if (type instanceof ArrayType array) {
      ObjectNode item = value(array.elementType(), path + "[]");
      schema.put("type", "array").set("items", array.containsNull() ? orNull(item) : item);
      return schema;
    }
    if (type instanceof MapType map && map.keyType() instanceof StringType) {
      ObjectNode item = value(map.valueType(), path + "{}");
      schema
          .put("type", "object")
          .set("additionalProperties", map.valueContainsNull() ? orNull(item) : item);
      return schema;
    }
    return simple(schema, type, path);
  }

  private static ObjectNode simple(ObjectNode schema, DataType type, String path) {
    if (type instanceof VarcharType text) {
      return schema.put("type", "string").put("maxLength", text.length());
    }
    if (type instanceof CharType text) {
      return schema.put("type", "string").put("maxLength", text.length());
    }
    if (type instanceof StringType) {
      return schema.put("type", "string");
    }
    if (type instanceof BooleanType) {
      return schema.put("type", "boolean");
    }
    if (type instanceof DateType) {
      return schema.put("type", "string").put("format", "date");
    }
    if (type instanceof TimestampType) {
      return schema.put("type", "string").put("format", "date-time");
    }
    return number(schema, type, path);
  }

  private static ObjectNode number(ObjectNode schema, DataType type, String path) {
    if (type instanceof ByteType) {
      return integer(schema, Byte.MIN_VALUE, Byte.MAX_VALUE);
    }
    if (type instanceof ShortType) {
      return integer(schema, Short.MIN_VALUE, Short.MAX_VALUE);
    }
    if (type instanceof IntegerType) {
      return integer(schema, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type instanceof LongType) {
      return integer(schema, Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type instanceof FloatType) {
      return schema
          .put("type", "number")
          .put("minimum", -Float.MAX_VALUE)
          .put("maximum", Float.MAX_VALUE);
    }
    if (type instanceof DoubleType) {
      return schema.put("type", "number");
    }
    if (type instanceof DecimalType decimal) {
      BigDecimal step = BigDecimal.ONE.movePointLeft(decimal.scale());
      BigDecimal most =
          BigDecimal.TEN.pow(decimal.precision()).subtract(BigDecimal.ONE).multiply(step);
      return schema
          .put("type", "number")
          .put("multipleOf", step)
          .put("minimum", most.negate())
          .put("maximum", most);
    }
    throw new GuideException(
        "field '%s' has type %s, which no JSON value becomes: leave it out, or take STRING"
            .formatted(path.substring(1), type.simpleString()));
  }

  private static ObjectNode integer(ObjectNode schema, long least, long most) {
    return schema.put("type", "integer").put("minimum", least).put("maximum", most);
  }
}
