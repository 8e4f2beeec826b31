package io.pinion.spark.task;

import io.pinion.device.DeviceLostError;
import io.pinion.engine.LoadedModel;
import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.RowException;
import io.pinion.setting.Secrets;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.ledger.ResultCache;
import io.pinion.spark.ledger.TaskLedger;
import io.pinion.spark.metric.ExecutorMetrics;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.metric.TaskSummary;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rows of a partition with their generated columns, in order. */
final class PartitionIterator implements Iterator<Row>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionIterator.class);

  private final TaskOptions options;
  private final OutputColumns columns;
  private final StructType schema;
  private final GenerationMetrics metrics;
  private final TaskUsage usage;
  private final TaskLedger ledger;
  private final LookAheadWindow window;
  private final TaskSummary summary = new TaskSummary();

  /**
   * @param model called for the first row that is to be generated
   * @param ledger {@code null} for none; closed with this
   * @param cancelled whether the task was killed, which Spark does without an interrupt
   */
  PartitionIterator(
      Iterator<Row> input,
      TaskOptions options,
      OutputColumns columns,
      StructType schema,
      Supplier<LoadedModel> model,
      GenerationMetrics metrics,
      TaskUsage usage,
      TaskLedger ledger,
      String task,
      BooleanSupplier cancelled) {
    this.options = options;
    this.columns = columns;
    this.schema = schema;
    this.metrics = metrics;
    this.usage = usage;
    this.ledger = ledger;
    this.window =
        new LookAheadWindow(
            new RequestIterator(input, options, model, ledger, cancelled),
            new LazySession(() -> session(model.get(), task, cancelled)),
            () -> options.lookAhead() * model.get().generator().slots(),
            options.deduplicate() ? new ResultCache<>() : null);
  }

  private GenerationSession session(LoadedModel model, String task, BooleanSupplier cancelled) {
    usage.entersModel();
    return model.generator().open(task, cancelled);
  }

  @Override
  public boolean hasNext() {
    boolean more = window.hasNext();
    if (!more && ledger != null) {
      ledger.complete();
    }
    return more;
  }

  @Override
  public Row next() {
    LookAheadWindow.Finished finished = finished();
    GenerationResult result = finished.result();
    keep(finished);
    Row row;
    try {
      row = columns.append(finished.row().row(), result, schema);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn(
          "Row {} fails for a reason that no check foresaw",
          finished.row().id(),
          Secrets.without(e));
      result = unwritable(result, e);
      row = columns.append(finished.row().row(), result, schema);
    }
    count(finished, result);
    return row;
  }

  private LookAheadWindow.Finished finished() {
    try {
      return window.next();
    } catch (GenerationException e) {
      DeviceLostError.throwIfLost(e);
      throw e;
    }
  }

  private void keep(LookAheadWindow.Finished finished) {
    boolean known = finished.shared() || finished.row() instanceof RowRequest.Answered;
    // A row that stops the job is not finished, and is tried again when the job is.
    boolean stops = options.failOnError() && finished.result().error() != null;
    if (ledger != null && !known && !stops && finished.row().key() != null) {
      ledger.add(finished.row().key(), finished.result());
    }
  }

  /** The result of a row whose text does not fit into the columns. */
  private static GenerationResult unwritable(GenerationResult result, Throwable fault) {
    return new GenerationResult(
        result.rowId(),
        result.promptTokens(),
        result.cachedPromptTokens(),
        List.of(),
        new RowException("the text cannot be put into columns: " + fault, fault));
  }

  private void count(LookAheadWindow.Finished finished, GenerationResult result) {
    boolean failed = result.error() != null;
    if (failed && options.failOnError()) {
      throw new FailedRowException(finished.row().id(), result.error());
    }
    identify(finished.row());
    ExecutorMetrics.executor().row(failed);
    if (failed) {
      metrics.rowsFailed.add(1);
      summary.failed(
          Secrets.without(result.error().getMessage()), Secrets.without(finished.row().id()));
      summary.finished("error");
    } else {
      metrics.rowsOk.add(1);
      result
          .completions()
          .forEach(each -> summary.finished(each.finishReason().name().toLowerCase(Locale.ROOT)));
    }
    if (finished.row() instanceof RowRequest.Answered answered) {
      (answered.cached() ? metrics.rowsCached : metrics.rowsResumed).add(1);
      usage.row(0, 0);
    } else if (finished.shared()) {
      metrics.rowsDeduplicated.add(1);
      usage.row(0, 0);
    } else {
      countTokens(result);
    }
  }

  private void identify(RowRequest row) {
    if (!options.deduplicate()
        && row instanceof RowRequest.Ready ready
        && ready.request().sampling().temperature() > 0) {
      summary.sampled(row.id());
    }
  }

  private void countTokens(GenerationResult result) {
    long completion = result.completionTokens();
    if (result.error() == null) {
      metrics.promptTokens.add(result.promptTokens());
      metrics.cachedPromptTokens.add(result.cachedPromptTokens());
      metrics.completionTokens.add(completion);
      summary.prompt(result.promptTokens());
      result.completions().forEach(each -> summary.completion(each.tokenIds().length));
    }
    usage.row(result.promptTokens(), completion);
    ExecutorMetrics.executor().tokens(result);
  }

  @Override
  public void close() {
    try {
      window.close();
    } finally {
      if (ledger != null) {
        ledger.close();
      }
    }
  }

  /** What to tell the driver of this partition besides numbers. */
  TaskSummary summary() {
    return summary;
  }
}
