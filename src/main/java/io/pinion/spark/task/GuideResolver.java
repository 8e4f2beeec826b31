package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.RowException;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.error.GuideException;
import org.apache.spark.sql.Row;

/** The guide of a row: the job's, or the one that a column holds. */
final class GuideResolver {
  private final TaskOptions options;
  private final LoadedModel model;

  GuideResolver(TaskOptions options, LoadedModel model) {
    this.options = options;
    this.model = model;
  }

  /**
   * The guide as its user writes it; {@code null} where the row may have any text.
   *
   * @throws RowException where it is no guide
   */
  GuideRequest request(Row row) {
    Object own =
        options.guideColumn() == null ? null : row.get(row.fieldIndex(options.guideColumn()));
    if (own == null) {
      return options.guide();
    }
    try {
      return options.guideKind() == null
          ? GuideRequest.parse(own.toString(), options.json())
          : new GuideRequest(options.guideKind(), own.toString(), options.json());
    } catch (GuideException e) {
      throw fault(e);
    }
  }

  /**
   * The guide for a request; {@code null} for {@code null}.
   *
   * @throws RowException where the guide is wrong or not supported
   */
  Guide compiled(GuideRequest request) {
    try {
      return request == null ? null : model.guides().guide(request);
    } catch (GuideException e) {
      throw fault(e);
    }
  }

  private static RowException fault(GuideException e) {
    return new RowException("guide: " + e.getMessage(), e);
  }
}
