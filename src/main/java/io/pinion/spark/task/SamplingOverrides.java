package io.pinion.spark.task;

import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import java.util.List;
import org.apache.spark.sql.Row;

/** The sampling parameters of a row: the job's, overridden by the row's own columns. */
final class SamplingOverrides {
  private final SamplingParameters common;
  private final List<SamplingColumn> columns;

  SamplingOverrides(SamplingParameters common, List<SamplingColumn> columns) {
    this.common = common;
    this.columns = columns;
  }

  /**
   * The parameters of a row. For null in a column the job's value applies.
   *
   * @throws RowException if a value is not allowed
   */
  SamplingParameters of(Row row) {
    SamplingParameters sampling = common;
    for (SamplingColumn column : columns) {
      Object value = column.value(row);
      if (value != null) {
        sampling = sampling.with(column.parameter(), value);
      }
    }
    return sampling;
  }
}
