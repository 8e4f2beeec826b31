package io.pinion.spark.ledger;

import java.util.Iterator;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;

/** Rows with values added at their end. */
abstract class AddingIterator implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final StructType schema;

  /**
   * @param schema of the rows with the values added
   */
  AddingIterator(Iterator<Row> rows, StructType schema) {
    this.rows = rows;
    this.schema = schema;
  }

  /** The values to add to a row. */
  abstract Object[] added(Row row);

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Row next() {
    Row row = rows.next();
    Object[] values = new Object[schema.size()];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    Object[] added = added(row);
    System.arraycopy(added, 0, values, row.size(), added.length);
    return new GenericRowWithSchema(values, schema);
  }
}
