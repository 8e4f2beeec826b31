package io.pinion.spark;

import io.pinion.generate.RowException;
import io.pinion.generate.TextModel;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideException;
import io.pinion.guide.GuideRequest;
import org.apache.spark.sql.Row;

/** The guide of a row: the job's, or the one that a column holds. */
final class RowGuide {
  private final RowOptions options;
  private final TextModel model;

  RowGuide(RowOptions options, TextModel model) {
    this.options = options;
    this.model = model;
  }

  /**
   * The guide; {@code null} where the row may have any text.
   *
   * @throws RowException where the guide is wrong or not supported
   */
  Guide of(Row row) {
    try {
      GuideRequest request = request(row);
      return request == null ? null : model.guides().guide(request);
    } catch (GuideException e) {
      throw new RowException("guide: " + e.getMessage(), e);
    }
  }

  private GuideRequest request(Row row) {
    Object own =
        options.guideColumn() == null ? null : row.get(row.fieldIndex(options.guideColumn()));
    if (own == null) {
      return options.guide();
    }
    return options.guideKind() == null
        ? GuideRequest.parse(own.toString(), options.json())
        : new GuideRequest(options.guideKind(), own.toString(), options.json());
  }
}
