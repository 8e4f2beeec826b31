package io.pinion.spark.ledger;

import static org.apache.spark.sql.functions.col;

import java.util.Iterator;
import java.util.function.UnaryOperator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Keeps rows in their partitions, and in order, while they are joined with another table, for which
 * Spark moves them.
 */
public final class RowPlaces {
  private static final String SPREAD = "_pinion_spread";
  private static final String POSITION = "_pinion_position";

  private RowPlaces() {}

  /**
   * Joins rows and puts what comes out where its rows came from.
   *
   * @param join to be applied to the rows, with columns added that it must keep
   */
  public static Dataset<Row> keep(Dataset<Row> rows, UnaryOperator<Dataset<Row>> join) {
    int partitions = Math.max(1, rows.javaRDD().getNumPartitions());
    StructType schema =
        rows.schema().add(SPREAD, DataTypes.IntegerType).add(POSITION, DataTypes.LongType);
    Marked marked = new Marked(schema, PartitionNumbers.of(partitions));
    Dataset<Row> joined = join.apply(rows.mapPartitions(marked, Encoders.row(schema)));
    return joined
        .repartition(partitions, col(SPREAD))
        .sortWithinPartitions(col(POSITION))
        .drop(SPREAD, POSITION);
  }

  /** Adds the columns that say where rows are. */
  private static final class Marked implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1;

    private final StructType schema;
    private final int[] numbers;

    Marked(StructType schema, int[] numbers) {
      this.schema = schema;
      this.numbers = numbers;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      int number = numbers[TaskContext.getPartitionId() % numbers.length];
      return new AddingIterator(rows, schema) {
        private long position;

        @Override
        Object[] added(Row row) {
          return new Object[] {number, position++};
        }
      };
    }
  }
}
