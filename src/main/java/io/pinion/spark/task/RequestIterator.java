package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.setting.Secrets;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.ColumnText;
import io.pinion.spark.ledger.RequestKey;
import io.pinion.spark.ledger.TaskLedger;
import io.pinion.text.template.TemplateBudgetException;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the rows of a partition into requests.
 *
 * <p>Whatever goes wrong with one row is that row's error; what goes wrong with reading the input
 * is not, and is thrown.
 *
 * <p>A request's id identifies the row in every run, whatever its partition: the value of the id
 * column, or else a digest of the prompt. With deduplication it is a digest of the complete
 * request, so that equal requests draw the same random numbers.
 */
final class RequestIterator implements Iterator<RowRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(RequestIterator.class);

  private final Iterator<Row> rows;
  private final BooleanSupplier cancelled;
  private final TaskOptions options;
  private final Supplier<LoadedModel> model;
  private final TaskLedger ledger;
  private final SamplingOverrides overrides;
  private PromptRenderer prompts;
  private GuideResolver guides;
  private long position;

  /**
   * @param model called for the first row that has no answer
   * @param ledger finds rows that have one; {@code null} for none
   * @param cancelled whether the task was killed; then no further row is read
   */
  RequestIterator(
      Iterator<Row> rows,
      TaskOptions options,
      Supplier<LoadedModel> model,
      TaskLedger ledger,
      BooleanSupplier cancelled) {
    this.cancelled = cancelled;
    this.rows = rows;
    this.options = options;
    this.model = model;
    this.ledger = ledger;
    this.overrides = new SamplingOverrides(options.sampling(), options.samplingColumns());
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public RowRequest next() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the task was killed");
    }
    Row input = rows.next();
    position++;
    if (ledger == null) {
      return request(input, null);
    }
    Row row = ledger.row(input);
    RequestKey key = ledger.key(row);
    TaskLedger.Known known = ledger.known(input, key);
    return known == null || (options.failOnError() && known.result().error() != null)
        ? request(row, key)
        : new RowRequest.Answered(row, key, known.result(), known.cached());
  }

  private RowRequest request(Row row, RequestKey key) {
    loadModel();
    String id = null;
    try {
      id = ownId(row);
      int[] tokens = prompts.tokens(row);
      id = id == null ? RequestDigest.of(tokens) : id;
      return new RowRequest.Ready(row, id, key, request(row, id, tokens));
    } catch (RowException e) {
      return failed(row, id, key, e);
    } catch (CancellationException | TemplateBudgetException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("A row fails for a reason that no check foresaw", Secrets.without(e));
      return failed(row, id, key, new RowException("the row cannot be read: " + e, e));
    }
  }

  private void loadModel() {
    if (prompts == null) {
      prompts = new PromptRenderer(options.prompt(), model.get());
      guides = new GuideResolver(options.guide(), model.get());
    }
  }

  private RowRequest failed(Row row, String id, RequestKey key, RowException fault) {
    return new RowRequest.Failed(row, id == null ? place() : id, key, fault);
  }

  /** Names a row that has neither an id nor a prompt. */
  private String place() {
    TaskContext task = TaskContext.get();
    String partition = task == null ? "" : " of partition " + task.partitionId();
    return "number " + position + partition;
  }

  /** The value of the id column; {@code null} if there is none. */
  private String ownId(Row row) {
    Object value = options.idColumn() == null ? null : ColumnPath.value(row, options.idColumn());
    return value == null ? null : ColumnText.of(value);
  }

  private GenerationRequest request(Row row, String id, int[] tokens) {
    SamplingParameters sampling = overrides.of(row);
    GuideRequest guide = guides.request(row);
    boolean close = options.guide().closeAtMaxTokens();
    String requestId =
        options.deduplicate() ? RequestDigest.of(tokens, sampling, guide, close) : id;
    return new GenerationRequest(requestId, tokens, sampling, guides.compiled(guide), close);
  }
}
