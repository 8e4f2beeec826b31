package io.pinion.spark.column;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.schema.ExactJson;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The column of values parsed from generated JSON, with a type derived from its schema.
 *
 * <p>Text that was cut off becomes null, and so does a value that its type cannot hold (an integer
 * beyond 64 bits, a leap second); the text itself is in the output column. Immutable and
 * thread-safe.
 */
public record ParsedColumn(String name, DataType type, boolean javaTime) implements Serializable {
  /**
   * The column for a schema, interpreted as the schema's guide does.
   *
   * @throws GuideException for a schema that is refused as a guide, too
   */
  public static ParsedColumn of(String name, String schema) {
    try {
      return new ParsedColumn(
          name,
          SparkTypes.of(GuideCompiler.shape(schema)),
          SQLConf.get().datetimeJava8ApiEnabled());
    } catch (GuideException e) {
      throw new GuideException(
          "the column '"
              + name
              + "' cannot be typed: "
              + e.getMessage()
              + "; correct the schema, or set parsedCol (guide.parsed-column) to ''");
    }
  }

  /** The column of a type that is given, whose texts are those of its {@link StructSchema}. */
  public static ParsedColumn of(String name, StructType type) {
    return new ParsedColumn(
        name, StructSchema.columns(type), SQLConf.get().datetimeJava8ApiEnabled());
  }

  /** The typed value of a text; {@code null} if it is not one complete JSON value. */
  Object value(String text) {
    try {
      return value(ExactJson.readValue(text), type);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private Object value(JsonNode node, DataType type) {
    if (node == null || node.isNull() || node.isMissingNode()) {
      return null;
    }
    if (type instanceof StructType struct) {
      return struct(node, struct);
    }
    if (type instanceof ArrayType array) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item, array.elementType())));
      return CollectionConverters.asScala(items).toSeq();
    }
    if (type instanceof MapType map) {
      Map<String, Object> entries = new HashMap<>();
      node.properties().forEach(e -> entries.put(e.getKey(), value(e.getValue(), map.valueType())));
      return CollectionConverters.asScala(entries);
    }
    return simple(node, type);
  }

  private Object struct(JsonNode node, StructType struct) {
    if (!node.isObject()) {
      return null;
    }
    Object[] values = new Object[struct.size()];
    for (int i = 0; i < values.length; i++) {
      StructField field = struct.fields()[i];
      values[i] = value(node.get(field.name()), field.dataType());
      if (values[i] == null && !field.nullable()) {
        return null;
      }
    }
    return new GenericRowWithSchema(values, struct);
  }

  private Object simple(JsonNode node, DataType type) {
    if (type instanceof NumericType number) {
      return node.isNumber() ? number(node, number) : null;
    }
    if (type.equals(DataTypes.BooleanType)) {
      return node.booleanValue();
    }
    if (type.equals(DataTypes.DateType) || type.equals(DataTypes.TimestampType)) {
      return time(node.asText(), type);
    }
    return node.isTextual() ? node.textValue() : node.toString();
  }

  private static Object number(JsonNode node, NumericType type) {
    if (type.equals(DataTypes.DoubleType)) {
      double value = node.doubleValue();
      return Double.isInfinite(value) ? null : (Double) value;
    }
    if (type.equals(DataTypes.FloatType)) {
      float value = node.floatValue();
      return Float.isInfinite(value) ? null : (Float) value;
    }
    if (type instanceof DecimalType decimal) {
      BigDecimal value = node.decimalValue();
      boolean fits =
          value.stripTrailingZeros().scale() <= decimal.scale()
              && value.precision() - value.scale() <= decimal.precision() - decimal.scale();
      return fits ? value.setScale(decimal.scale(), RoundingMode.UNNECESSARY) : null;
    }
    return integer(node, type);
  }

  private static Object integer(JsonNode node, NumericType type) {
    // JSON Schema counts 2.0 as an integer.
    boolean whole = node.isIntegralNumber() || node.doubleValue() == Math.rint(node.doubleValue());
    if (!whole || !node.canConvertToLong()) {
      return null;
    }
    long value = node.longValue();
    if (type.equals(DataTypes.LongType)) {
      return value;
    }
    if (type.equals(DataTypes.IntegerType)) {
      return value == (int) value ? (Object) (int) value : null;
    }
    if (type.equals(DataTypes.ShortType)) {
      return value == (short) value ? (Object) (short) value : null;
    }
    return value == (byte) value ? (Object) (byte) value : null;
  }

  private Object time(String text, DataType type) {
    try {
      if (type.equals(DataTypes.DateType)) {
        LocalDate date = LocalDate.parse(text);
        return javaTime ? date : java.sql.Date.valueOf(date);
      }
      Instant instant = OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
      return javaTime ? instant : java.sql.Timestamp.from(instant);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
