package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.setting.Secrets;
import io.pinion.spark.column.ColumnText;
import io.pinion.text.template.TemplateBudgetException;
import java.util.Iterator;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
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
  private final PromptRenderer prompts;
  private final GuideResolver guides;
  private final SamplingOverrides overrides;
  private long position;

  /**
   * @param cancelled whether the task was killed; then no further row is read
   */
  RequestIterator(
      Iterator<Row> rows, TaskOptions options, LoadedModel model, BooleanSupplier cancelled) {
    this.cancelled = cancelled;
    this.rows = rows;
    this.options = options;
    this.prompts = new PromptRenderer(options.prompt(), model);
    this.guides = new GuideResolver(options.guide(), model);
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
    Row row = rows.next();
    position++;
    String id = null;
    try {
      id = ownId(row);
      int[] tokens = prompts.tokens(row);
      id = id == null ? RequestDigest.of(tokens) : id;
      return new RowRequest.Ready(row, id, request(row, id, tokens));
    } catch (RowException e) {
      return failed(row, id, e);
    } catch (CancellationException | TemplateBudgetException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("A row fails for a reason that no check foresaw", Secrets.without(e));
      return failed(row, id, new RowException("the row cannot be read: " + e, e));
    }
  }

  private RowRequest failed(Row row, String id, RowException fault) {
    return new RowRequest.Failed(row, id == null ? place() : id, fault);
  }

  /** Names a row that has neither an id nor a prompt. */
  private String place() {
    TaskContext task = TaskContext.get();
    String partition = task == null ? "" : " of partition " + task.partitionId();
    return "number " + position + partition;
  }

  /** The value of the id column; {@code null} if there is none. */
  private String ownId(Row row) {
    Object value = options.idColumn() == null ? null : row.get(row.fieldIndex(options.idColumn()));
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
