package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/**
 * Turns the rows of a partition into requests.
 *
 * <p>A request's id identifies the row in every run, whatever its partition: the value of the id
 * column, or else a digest of the prompt. With deduplication it is a digest of the complete
 * request, so that equal requests draw the same random numbers.
 */
final class RequestIterator implements Iterator<RowRequest> {
  private final Iterator<Row> rows;
  private final TaskOptions options;
  private final PromptRenderer prompts;
  private final GuideResolver guides;
  private final SamplingOverrides overrides;

  RequestIterator(Iterator<Row> rows, TaskOptions options, LoadedModel model) {
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
    Row row = rows.next();
    String id = null;
    try {
      int[] tokens = prompts.tokens(row);
      id = id(row, tokens);
      return new RowRequest.Ready(row, id, request(row, id, tokens));
    } catch (RowException e) {
      return new RowRequest.Failed(row, id == null ? id(row, new int[0]) : id, e);
    }
  }

  private GenerationRequest request(Row row, String id, int[] tokens) {
    SamplingParameters sampling = overrides.of(row);
    GuideRequest guide = guides.request(row);
    boolean close = options.guide().closeAtMaxTokens();
    String requestId =
        options.deduplicate() ? RequestDigest.of(tokens, sampling, guide, close) : id;
    return new GenerationRequest(requestId, tokens, sampling, guides.compiled(guide), close);
  }

  private String id(Row row, int[] tokens) {
    Object value = options.idColumn() == null ? null : row.get(row.fieldIndex(options.idColumn()));
    return value == null ? RequestDigest.of(tokens) : value.toString();
  }
}
