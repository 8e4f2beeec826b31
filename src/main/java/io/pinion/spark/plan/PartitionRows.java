package io.pinion.spark.plan;

import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.task.PartitionFunction;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.GenericRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.immutable.Seq;

/**
 * Runs the function over a partition on Spark's internal rows: it sees the columns of a request
 * alone, and the rest of a row waits for its answer. As many rows wait as the function reads ahead.
 */
final class PartitionRows implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1;

  private final PartitionFunction function;
  private final Seq<Attribute> inputs;
  private final ExpressionEncoder<Row> requests;
  private final ExpressionEncoder<Row> answers;
  private final Seq<Attribute> child;
  private final Seq<Attribute> output;
  private final GenerationMetrics counts;
  private final OperatorMetrics metrics;

  private PartitionRows(
      PartitionFunction function,
      Seq<Attribute> inputs,
      ExpressionEncoder<Row> requests,
      ExpressionEncoder<Row> answers,
      Seq<Attribute> child,
      Seq<Attribute> output,
      GenerationMetrics counts,
      OperatorMetrics metrics) {
    this.function = function;
    this.inputs = inputs;
    this.requests = requests;
    this.answers = answers;
    this.child = child;
    this.output = output;
    this.counts = counts;
    this.metrics = metrics;
  }

  /**
   * @param requests the schema of the function's rows; its columns are the values of {@code inputs}
   * @param answers the schema of the columns that the function appends to them
   * @param child the columns of the rows that come in
   * @param output those of the rows that go out, which are {@code child} and {@code answers}
   */
  static PartitionRows of(
      PartitionFunction function,
      Seq<Attribute> inputs,
      StructType requests,
      StructType answers,
      Seq<Attribute> child,
      Seq<Attribute> output,
      GenerationMetrics counts,
      OperatorMetrics metrics) {
    return new PartitionRows(
        function,
        inputs,
        bound(requests, false),
        bound(answers, true),
        child,
        output,
        counts,
        metrics);
  }

  private static ExpressionEncoder<Row> bound(StructType schema, boolean lenient) {
    ExpressionEncoder<Row> encoder = ExpressionEncoder.apply(schema, lenient);
    return encoder.resolveAndBind(
        encoder.resolveAndBind$default$1(), encoder.resolveAndBind$default$2());
  }

  static StructType joined(StructType some, StructType more) {
    StructType all = some;
    for (StructField field : more.fields()) {
      all = all.add(field);
    }
    return all;
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    // Listeners are called in reverse order: this one after the function has counted its usage.
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) task -> metrics.finish(counts));
    return new Generated(rows);
  }

  private final class Generated implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final Deque<InternalRow> waiting = new ArrayDeque<>();
    private final UnsafeProjection request =
        UnsafeProjection.create(Plans.seq(Plans.list(inputs)), child);
    private final ExpressionEncoder.Deserializer<Row> reader = requests.createDeserializer();
    private final ExpressionEncoder.Serializer<Row> writer = answers.createSerializer();
    private final UnsafeProjection joined =
        UnsafeProjection.create(Plans.seq(Plans.list(output)), output);
    private final int requestColumns = inputs.size();
    private final Iterator<Row> generated;

    Generated(Iterator<InternalRow> rows) {
      this.rows = rows;
      this.generated = function.call(new Requests());
    }

    @Override
    public boolean hasNext() {
      return generated.hasNext();
    }

    @Override
    public InternalRow next() {
      InternalRow answer = writer.apply(answer(generated.next()));
      metrics.follow(counts);
      return joined.apply(new JoinedRow(waiting.remove(), answer));
    }

    /** The columns that were appended. */
    private Row answer(Row row) {
      Object[] values = new Object[row.size() - requestColumns];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.get(requestColumns + i);
      }
      return new GenericRow(values);
    }

    /** The rows that come in, each kept until its answer is there. */
    private final class Requests implements Iterator<Row> {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        InternalRow row = rows.next().copy();
        waiting.add(row);
        return reader.apply(request.apply(row));
      }
    }
  }
}
