package io.pinion.spark;

import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;

/** Sampling parameters of a row: the job's, with those that a column holds put in their place. */
final class RowSampling {
  /** The parameters that may be taken from a column, in kebab-case. */
  static final Set<String> NAMES =
      Set.of(
          "temperature",
          "top-p",
          "top-k",
          "min-p",
          "repetition-penalty",
          "presence-penalty",
          "frequency-penalty",
          "max-tokens",
          "min-tokens",
          "seed");

  private final SamplingParameters job;
  private final Map<String, String> columns;

  RowSampling(SamplingParameters job, Map<String, String> columns) {
    this.job = job;
    this.columns = columns;
  }

  /**
   * The parameters of a row; a null in a column stands for the job's value.
   *
   * @throws RowException where a value is no number
   */
  SamplingParameters of(Row row) {
    if (columns.isEmpty()) {
      return job;
    }
    return new SamplingParameters(
        number(row, "temperature", job.temperature()).doubleValue(),
        number(row, "top-p", job.topP()).doubleValue(),
        whole(row, "top-k", job.topK()),
        number(row, "min-p", job.minP()).doubleValue(),
        number(row, "repetition-penalty", job.repetitionPenalty()).doubleValue(),
        number(row, "presence-penalty", job.presencePenalty()).doubleValue(),
        number(row, "frequency-penalty", job.frequencyPenalty()).doubleValue(),
        whole(row, "max-tokens", job.maxTokens()),
        whole(row, "min-tokens", job.minTokens()),
        job.stop(),
        job.stopTokenIds(),
        number(row, "seed", job.seed()).longValue(),
        job.n(),
        job.beamWidth(),
        job.ignoreEos());
  }

  private int whole(Row row, String name, int otherwise) {
    Number value = number(row, name, otherwise);
    if (value.doubleValue() != value.intValue()) {
      throw new RowException(
          name
              + " in column '"
              + columns.get(name)
              + "' is "
              + value
              + ", which is no whole number");
    }
    return value.intValue();
  }

  private Number number(Row row, String name, Number otherwise) {
    String column = columns.get(name);
    Object value = column == null ? null : row.get(row.fieldIndex(column));
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number) {
      return number;
    }
    throw new RowException(
        name + " in column '" + column + "' is '" + value + "', which is no number");
  }
}
