package io.pinion.spark.ledger;

import io.pinion.setting.Sha256;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.ColumnText;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * Computes the keys of a table's rows: digests (SHA-256) of what all rows share and of the row's
 * own columns. Needs neither the model nor its tokenizer. Thread-safe.
 */
public final class RequestKeys implements Serializable {
  private static final long serialVersionUID = 1;

  private final String common;
  private final List<String> columns;

  /**
   * @param common names what all rows share: the model, the settings, the version of the algorithms
   * @param columns those that a row's text depends on, besides
   */
  public RequestKeys(String common, List<String> columns) {
    this.common = common;
    this.columns = List.copyOf(columns);
  }

  /**
   * The key of a row.
   *
   * @throws io.pinion.generate.RowException for columns that hold bytes
   */
  public RequestKey of(Row row) {
    MessageDigest digest = Sha256.begin();
    update(digest, common);
    for (String column : columns) {
      Object value = ColumnPath.value(row, column);
      digest.update(kind(value));
      if (value != null) {
        update(digest, ColumnText.of(value));
      }
    }
    return RequestKey.of(digest.digest());
  }

  /**
   * Tells values apart that have one text and are not the same to a sampling parameter: a list and
   * its JSON, or the two kinds of floating-point numbers.
   */
  private static byte kind(Object value) {
    if (value == null) {
      return 0;
    }
    if (value instanceof Float) {
      return 2;
    }
    return (byte) (value instanceof Row || value instanceof scala.collection.Iterable<?> ? 3 : 1);
  }

  /** Its length goes first, so that different lists of texts differ in their bytes. */
  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
    digest.update(bytes);
  }
}
