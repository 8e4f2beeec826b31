package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.RowException;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.error.GuideException;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.task.TaskOptions.GuideSource;
import org.apache.spark.sql.Row;

/** Finds and compiles the guide of a row: its own from a column, or the job's. */
final class GuideResolver {
  private final GuideSource source;
  private final LoadedModel model;

  GuideResolver(GuideSource source, LoadedModel model) {
    this.source = source;
    this.model = model;
  }

  /**
   * The guide of a row, not compiled yet; {@code null} if the row's text is unconstrained.
   *
   * @throws RowException if the column's value is not a guide
   */
  GuideRequest request(Row row) {
    Object own = source.column() == null ? null : ColumnPath.value(row, source.column());
    if (own == null) {
      return source.common();
    }
    try {
      return source.kind() == null
          ? GuideRequest.parse(own.toString(), source.json())
          : new GuideRequest(source.kind(), own.toString(), source.json());
    } catch (GuideException e) {
      throw fault(e);
    }
  }

  /**
   * The compiled guide of a request; {@code null} for {@code null}.
   *
   * @throws RowException if the guide is invalid or not supported
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
