package io.pinion.job.resume;

import io.pinion.setting.Sha256;
import io.pinion.spark.column.ColumnPath;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.util.HexFormat;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Names a row by a digest of what it holds: its id or, where that is null, all of its columns.
 *
 * <p>The name stays the same when only the table's form changes, as it does from run to run where
 * Spark infers it: the order of columns, a new column that is null, an integer that is read as a
 * decimal, the session's time zone. Immutable and thread-safe.
 */
final class RowIdentity implements UDF1<Row, String> {
  private static final long serialVersionUID = 1;

  private final String idColumn;

  /**
   * @param idColumn {@code null} for none
   */
  RowIdentity(String idColumn) {
    this.idColumn = idColumn;
  }

  @Override
  public String call(Row row) {
    StringBuilder text = new StringBuilder();
    Object id = idColumn == null ? null : ColumnPath.value(row, idColumn);
    append(text, id == null ? row : id);
    return Sha256.hex(text.toString());
  }

  private static void append(StringBuilder text, Object value) {
    if (value == null) {
      text.append('n');
    } else if (value instanceof Row row) {
      TreeMap<String, Object> fields = new TreeMap<>();
      for (int i = 0; i < row.size(); i++) {
        fields.put(row.schema().fieldNames()[i], row.get(i));
      }
      fields.values().removeIf(field -> field == null);
      append(text, fields);
    } else if (value instanceof scala.collection.Map<?, ?> map) {
      TreeMap<String, Object> entries = new TreeMap<>();
      CollectionConverters.asJava(map)
          .forEach(
              (key, item) -> {
                StringBuilder name = new StringBuilder();
                append(name, key);
                entries.put(name.toString(), item);
              });
      append(text, entries);
    } else if (value instanceof scala.collection.Iterable<?> items) {
      text.append('[');
      CollectionConverters.asJava(items).forEach(item -> append(text, item));
      text.append(']');
    } else {
      String scalar = scalar(value);
      text.append(scalar.length()).append(':').append(scalar);
    }
  }

  private static void append(StringBuilder text, TreeMap<String, Object> fields) {
    text.append('{');
    fields.forEach(
        (name, field) -> {
          text.append(name.length()).append(':').append(name);
          append(text, field);
        });
    text.append('}');
  }

  private static String scalar(Object value) {
    if (value instanceof Timestamp time) {
      return time.toInstant().toString();
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    boolean finite =
        value instanceof Number number && Math.abs(number.doubleValue()) <= Double.MAX_VALUE;
    return finite
        ? new BigDecimal(value.toString()).stripTrailingZeros().toPlainString()
        : value.toString();
  }
}
