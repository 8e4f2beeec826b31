package io.pinion.spark.ledger;

import io.pinion.generate.GenerationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One task's use of a ledger: answers of earlier runs, which come with the rows, those of earlier
 * attempts at the task, and the answers that the task writes. Not thread-safe; used by the task's
 * thread only, which closes it.
 */
public final class TaskLedger implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskLedger.class);

  private final LedgerTask ledger;
  private final StructType schema;
  private final PieceWriter writer;
  private final EarlierAttempts attempts;

  /**
   * A result that is there already.
   *
   * @param cached whether it comes from a cache that other runs share
   */
  public record Known(GenerationResult result, boolean cached) {}

  private TaskLedger(
      LedgerTask ledger, StructType schema, PieceWriter writer, EarlierAttempts attempts) {
    this.ledger = ledger;
    this.schema = schema;
    this.writer = writer;
    this.attempts = attempts;
  }

  /**
   * Opens a ledger for a task.
   *
   * @param schema of the rows without an answer
   */
  public static TaskLedger open(LedgerTask ledger, StructType schema, TaskContext task) {
    PieceWriter writer =
        new PieceWriter(
            ledger.folder(),
            ledger.run(),
            task.partitionId(),
            task.taskAttemptId(),
            ledger.logprobs(),
            ledger.interval(),
            System::nanoTime);
    try {
      boolean first = task.attemptNumber() == 0 && task.stageAttemptNumber() == 0;
      EarlierAttempts attempts =
          first ? null : new EarlierAttempts(ledger.folder(), ledger.run(), task.partitionId());
      return new TaskLedger(ledger, schema, writer, attempts);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the checkpoint's folder " + ledger.folder().path() + " cannot be read: " + e, e);
    }
  }

  /** A row without its answer, as it came from the input. */
  public Row row(Row row) {
    if (row.size() == schema.size()) {
      return row;
    }
    Object[] values = new Object[schema.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.get(i);
    }
    return new GenericRowWithSchema(values, schema);
  }

  /** The key of a row. */
  public RequestKey key(Row row) {
    return ledger.keys().of(row);
  }

  /**
   * What is there for a row; {@code null} if it has to be generated.
   *
   * @param row with its answer, as {@link Ledger#join} gives it
   */
  public Known known(Row row, RequestKey key) {
    if (row.size() > schema.size() && !row.isNullAt(schema.size())) {
      Row answer = row.getStruct(schema.size());
      Known known = new Known(Answer.result(answer), answer.<Boolean>getAs(Ledger.CACHED));
      if (suffices(known.result())) {
        return known;
      }
    }
    GenerationResult earlier = attempts == null ? null : attempts.of(key);
    return earlier == null ? null : new Known(earlier, false);
  }

  /** A checkpoint that was begun without log probabilities has none. */
  private boolean suffices(GenerationResult result) {
    return !ledger.logprobs()
        || result.completions().stream()
            .allMatch(each -> each.logprobs().length == each.tokenIds().length);
  }

  /** Adds a result of this task, which is written with others after a while. */
  public void add(RequestKey key, GenerationResult result) {
    writer.add(key, result);
  }

  /** Writes what was added. To be called after the last row, before the task has succeeded. */
  public void complete() {
    writer.flush();
  }

  /** Ends the use. What a task that failed had added is written if that can be done. */
  @Override
  public void close() {
    try {
      writer.flush();
    } catch (UncheckedIOException e) {
      LOG.warn("The last rows of a task that ends early are lost", e);
    }
    if (attempts != null) {
      attempts.close();
    }
  }
}
