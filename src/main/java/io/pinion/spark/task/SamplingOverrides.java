package io.pinion.spark.task;

import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/** Sampling parameters of a row: the job's, with those that a column holds put in their place. */
public final class SamplingOverrides {
  /** What a column must hold for a parameter. */
  public enum Kind {
    NUMBER("a number"),
    FLAG("a boolean"),
    TEXTS("a text or an array of texts"),
    TOKENS("an array of whole numbers");

    public final String words;

    Kind(String words) {
      this.words = words;
    }

    /** Whether a column of a type can hold it. */
    public boolean fits(DataType type) {
      DataType element = type instanceof ArrayType array ? array.elementType() : type;
      return switch (this) {
        case NUMBER -> type instanceof NumericType;
        case FLAG -> type instanceof BooleanType;
        case TEXTS -> element instanceof StringType;
        case TOKENS ->
            type instanceof ArrayType
                && (element instanceof IntegerType || element instanceof LongType);
      };
    }
  }

  /** The parameters that may be taken from a column, in kebab-case. */
  public static final Map<String, Kind> NAMES =
      Map.ofEntries(
          Map.entry("temperature", Kind.NUMBER),
          Map.entry("top-p", Kind.NUMBER),
          Map.entry("top-k", Kind.NUMBER),
          Map.entry("min-p", Kind.NUMBER),
          Map.entry("repetition-penalty", Kind.NUMBER),
          Map.entry("presence-penalty", Kind.NUMBER),
          Map.entry("frequency-penalty", Kind.NUMBER),
          Map.entry("max-tokens", Kind.NUMBER),
          Map.entry("min-tokens", Kind.NUMBER),
          Map.entry("seed", Kind.NUMBER),
          Map.entry("ignore-eos", Kind.FLAG),
          Map.entry("stop", Kind.TEXTS),
          Map.entry("stop-token-ids", Kind.TOKENS));

  private final SamplingParameters job;
  private final Map<String, String> columns;

  SamplingOverrides(SamplingParameters job, Map<String, String> columns) {
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
        stop(row),
        stopTokenIds(row),
        number(row, "seed", job.seed()).longValue(),
        job.n(),
        job.beamWidth(),
        value(row, "ignore-eos") instanceof Boolean flag ? flag : job.ignoreEos());
  }

  private Object value(Row row, String name) {
    String column = columns.get(name);
    return column == null ? null : row.get(row.fieldIndex(column));
  }

  private List<String> stop(Row row) {
    Object value = value(row, "stop");
    if (value == null) {
      return job.stop();
    }
    return value instanceof String text ? List.of(text) : list(row, "stop");
  }

  private List<Integer> stopTokenIds(Row row) {
    if (value(row, "stop-token-ids") == null) {
      return job.stopTokenIds();
    }
    List<Number> ids = list(row, "stop-token-ids");
    return ids.stream().map(Number::intValue).toList();
  }

  private <T> List<T> list(Row row, String name) {
    List<T> items = row.getList(row.fieldIndex(columns.get(name)));
    if (items.contains(null)) {
      throw new RowException(name + " in column '" + columns.get(name) + "' holds a null");
    }
    return items;
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
    Object value = value(row, name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number) {
      return number;
    }
    throw new RowException(
        name + " in column '" + columns.get(name) + "' is '" + value + "', which is no number");
  }
}
