package io.pinion.spark.task;

import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Sampling parameters of a row: the job's, with those that a column holds put in their place. */
final class SamplingOverrides {
  private final SamplingParameters common;
  private final List<SamplingColumn> columns;

  SamplingOverrides(SamplingParameters common, List<SamplingColumn> columns) {
    this.common = common;
    this.columns = columns;
  }

  /**
   * The parameters of a row; a null in a column stands for the job's value.
   *
   * @throws RowException where a value is not allowed
   */
  SamplingParameters of(Row row) {
    Map<SamplingParameter, Object> own = new EnumMap<>(SamplingParameter.class);
    for (SamplingColumn column : columns) {
      Object value = column.value(row);
      if (value != null) {
        own.put(column.parameter(), value);
      }
    }
    return own.isEmpty()
        ? common
        : SamplingParameters.of(each -> own.containsKey(each) ? own.get(each) : each.of(common));
  }
}
