package io.pinion.spark.column;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.generate.RowException;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** The values of columns as texts, for prompts and for the names of rows. Thread-safe. */
public final class ColumnText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ColumnText() {}

  /** Whether values of a type are bytes or have bytes in them, which are no text. */
  public static boolean hasBytes(DataType type) {
    if (type instanceof ArrayType array) {
      return hasBytes(array.elementType());
    }
    if (type instanceof MapType map) {
      return hasBytes(map.keyType()) || hasBytes(map.valueType());
    }
    if (type instanceof StructType struct) {
      for (StructField field : struct.fields()) {
        if (hasBytes(field.dataType())) {
          return true;
        }
      }
    }
    return type instanceof BinaryType;
  }

  /**
   * The text of a value that is not null: JSON for arrays, maps and structs.
   *
   * @throws RowException for bytes
   */
  public static String of(Object value) {
    Object plain = plain(value);
    if (plain instanceof BigDecimal number) {
      return number.toPlainString();
    }
    if (!(plain instanceof Map || plain instanceof List)) {
      return value.toString();
    }
    try {
      return JSON.writeValueAsString(plain);
    } catch (JsonProcessingException e) {
      throw new RowException("a value cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * A value without Spark's types: {@code null}, Boolean, Number, String, and Maps and Lists of
   * these. A field of a struct that is null is left out, since the JSON it was read from may not
   * have had it.
   *
   * @throws RowException for bytes
   */
  public static Object plain(Object value) {
    if (value instanceof byte[]) {
      throw new RowException("bytes are no text: decode the column, as in CAST(x AS STRING)");
    }
    if (value instanceof Row row) {
      return struct(row);
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      Map<String, Object> entries = new LinkedHashMap<>();
      CollectionConverters.asJava(map)
          .forEach((key, item) -> entries.put(String.valueOf(plain(key)), plain(item)));
      return entries;
    }
    if (value instanceof scala.collection.Iterable<?> items) {
      List<Object> list = new ArrayList<>();
      CollectionConverters.asJava(items).forEach(item -> list.add(plain(item)));
      return list;
    }
    return scalar(value);
  }

  private static Object scalar(Object value) {
    if (value instanceof Byte || value instanceof Short) {
      return ((Number) value).intValue();
    }
    if (value instanceof Timestamp time) {
      return time.toLocalDateTime().toString();
    }
    return value == null || value instanceof Boolean || value instanceof Number
        ? value
        : value.toString();
  }

  private static Map<String, Object> struct(Row row) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      if (!row.isNullAt(i)) {
        fields.put(row.schema().fields()[i].name(), plain(row.get(i)));
      }
    }
    return fields;
  }
}
