package io.pinion.spark;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.RowException;
import io.pinion.generate.TextModel;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of a partition with their generated columns, in order. Reads a bounded number of rows
 * ahead, so that the device's batch stays full and memory stays flat.
 */
final class GeneratedRows implements Iterator<Row>, AutoCloseable {
  private final Iterator<Row> input;
  private final RowOptions options;
  private final OutputColumns columns;
  private final StructType schema;
  private final GenerationMetrics metrics;
  private final TaskUsage usage;
  private final GenerationSession session;
  private final RowPrompt prompt;
  private final RowGuide guide;
  private final RowSampling sampling;
  private final Deque<Ahead> ahead = new ArrayDeque<>();

  /** A row read ahead; {@code failed} where it never reached the model. */
  private record Ahead(Row row, GenerationResult failed) {}

  GeneratedRows(
      Iterator<Row> input,
      RowOptions options,
      OutputColumns columns,
      StructType schema,
      TextModel model,
      GenerationMetrics metrics,
      TaskUsage usage,
      String task) {
    this.input = input;
    this.options = options;
    this.columns = columns;
    this.schema = schema;
    this.metrics = metrics;
    this.usage = usage;
    this.session = model.generator().open(task);
    this.prompt = new RowPrompt(options, model);
    this.guide = new RowGuide(options, model);
    this.sampling = new RowSampling(options.sampling(), options.samplingColumns());
  }

  @Override
  public boolean hasNext() {
    return !ahead.isEmpty() || input.hasNext();
  }

  @Override
  public Row next() {
    while (ahead.size() < options.window() && input.hasNext()) {
      ahead.add(submit(input.next()));
    }
    if (ahead.isEmpty()) {
      throw new NoSuchElementException();
    }
    Ahead first = ahead.remove();
    GenerationResult result = first.failed == null ? session.next() : first.failed;
    count(result);
    return columns.append(first.row, result, schema);
  }

  private Ahead submit(Row row) {
    String id = null;
    try {
      int[] tokens = prompt.tokens(row);
      id = id(row, tokens);
      session.submit(
          new GenerationRequest(id, tokens, sampling.of(row), guide.of(row), options.closes()));
      return new Ahead(row, null);
    } catch (RowException e) {
      return new Ahead(
          row, new GenerationResult(id == null ? id(row, new int[0]) : id, 0, List.of(), e));
    }
  }

  /** The id column's value, else a digest of the prompt: neither depends on the partition. */
  private String id(Row row, int[] tokens) {
    Object value = options.idColumn() == null ? null : row.get(row.fieldIndex(options.idColumn()));
    if (value != null) {
      return value.toString();
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * tokens.length);
    bytes.asIntBuffer().put(tokens);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private void count(GenerationResult result) {
    if (result.error() != null) {
      if (options.failOnError()) {
        throw new IllegalStateException(
            "row "
                + result.rowId()
                + " failed, and on-error is fail: "
                + result.error().getMessage(),
            result.error());
      }
      metrics.rowsFailed.add(1);
      metrics.failures.add(result.error().getMessage());
      usage.row(result.promptTokens(), 0);
      return;
    }
    long completion = result.completions().stream().mapToLong(c -> c.tokenIds().length).sum();
    metrics.rowsOk.add(1);
    metrics.promptTokens.add(result.promptTokens());
    metrics.completionTokens.add(completion);
    usage.row(result.promptTokens(), completion);
  }

  @Override
  public void close() {
    session.close();
  }
}
