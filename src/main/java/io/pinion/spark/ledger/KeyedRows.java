package io.pinion.spark.ledger;

import java.util.Iterator;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Adds to rows the keys of their requests. */
final class KeyedRows implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1;

  private final RequestKeys keys;
  private final StructType schema;

  /**
   * @param schema of the rows with the key added
   */
  KeyedRows(RequestKeys keys, StructType schema) {
    this.keys = keys;
    this.schema = schema;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new AddingIterator(rows, schema) {
      @Override
      Object[] added(Row row) {
        return new Object[] {keys.of(row).bytes()};
      }
    };
  }
}
