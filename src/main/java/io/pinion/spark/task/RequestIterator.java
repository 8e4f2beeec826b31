package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import java.util.Iterator;
import org.apache.spark.sql.Row;

/**
 * The requests of a partition's rows.
 *
 * <p>A request's id names the row in every run, whatever its partition: the id column's value, else
 * a digest of the prompt. Where equal requests are to be computed once it is a digest of the whole
 * request, so that they draw the same random numbers.
 */
final class RequestIterator implements Iterator<RowRequest> {
  private final Iterator<Row> rows;
  private final TaskOptions options;
  private final PromptRenderer prompt;
  private final GuideResolver guide;
  private final SamplingOverrides sampling;

  RequestIterator(Iterator<Row> rows, TaskOptions options, LoadedModel model) {
    this.rows = rows;
    this.options = options;
    this.prompt = new PromptRenderer(options, model);
    this.guide = new GuideResolver(options, model);
    this.sampling = new SamplingOverrides(options.sampling(), options.samplingColumns());
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
      int[] tokens = prompt.tokens(row);
      id = id(row, tokens);
      return new RowRequest(row, id, request(row, id, tokens), null);
    } catch (RowException e) {
      return new RowRequest(row, id == null ? id(row, new int[0]) : id, null, e);
    }
  }

  private GenerationRequest request(Row row, String id, int[] tokens) {
    SamplingParameters parameters = sampling.of(row);
    GuideRequest text = guide.request(row);
    String name =
        options.deduplicate() ? RequestDigest.of(tokens, parameters, text, options.closes()) : id;
    return new GenerationRequest(name, tokens, parameters, guide.compiled(text), options.closes());
  }

  private String id(Row row, int[] tokens) {
    Object value = options.idColumn() == null ? null : row.get(row.fieldIndex(options.idColumn()));
    return value == null ? RequestDigest.of(tokens) : value.toString();
  }
}
