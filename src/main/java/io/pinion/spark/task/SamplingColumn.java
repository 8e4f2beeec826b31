package io.pinion.spark.task;

import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameter;
import io.pinion.spark.column.ColumnPath;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import scala.jdk.javaapi.CollectionConverters;

/** A sampling parameter whose value each row takes from a column. */
public record SamplingColumn(SamplingParameter parameter, String column) implements Serializable {

  /**
   * Parses {@code NAME=COLUMN}; empty if the syntax is wrong, the parameter is unknown, or it
   * cannot differ by row.
   */
  public static Optional<SamplingColumn> parse(String entry) {
    int equals = entry.indexOf('=');
    String column = entry.substring(equals + 1);
    return Arrays.stream(SamplingParameter.values())
        .filter(p -> equals > 0 && !column.isEmpty() && p.perRow())
        .filter(p -> p.key().equals(entry.substring(0, equals)))
        .map(p -> new SamplingColumn(p, column))
        .findFirst();
  }

  /** The parameters that may come from a column. */
  static List<String> names() {
    return Arrays.stream(SamplingParameter.values())
        .filter(SamplingParameter::perRow)
        .map(SamplingParameter::key)
        .toList();
  }

  /** Why a column of the given type cannot hold the parameter; empty if it can. */
  public Optional<String> problem(DataType type) {
    DataType element = type instanceof ArrayType array ? array.elementType() : type;
    boolean fits =
        switch (parameter.type().kind()) {
          case DECIMAL, INTEGER, LONG -> type instanceof NumericType;
          case FLAG -> type instanceof BooleanType;
          case TEXT -> type instanceof StringType;
          case TEXTS -> element instanceof StringType;
          case INTEGERS ->
              type instanceof ArrayType
                  && (element instanceof IntegerType || element instanceof LongType);
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            "%s must be %s, has type %s"
                .formatted(this, parameter.type().words(), type.simpleString()));
  }

  /**
   * The row's own value; {@code null} if it has none.
   *
   * @throws RowException if the value is not allowed
   */
  Object value(Row row) {
    Object own = ColumnPath.value(row, column);
    if (own == null) {
      return null;
    }
    Object value =
        switch (parameter.type().kind()) {
          case DECIMAL -> ((Number) own).doubleValue();
          case INTEGER -> integer(own);
          case LONG -> longInteger(own);
          case FLAG, TEXT -> own;
          case TEXTS -> own instanceof String text ? List.of(text) : items(own);
          case INTEGERS -> items(own).stream().map(SamplingColumn::integer).toList();
        };
    parameter
        .type()
        .problem(value)
        .ifPresent(
            problem -> {
              throw new RowException(this + " " + problem);
            });
    return value;
  }

  private static List<?> items(Object list) {
    return CollectionConverters.asJava((scala.collection.Seq<?>) list);
  }

  /** The value as an int if it is one, else unchanged. */
  private static Object integer(Object value) {
    Object whole = longInteger(value);
    return whole instanceof Long number && number.intValue() == number ? number.intValue() : whole;
  }

  /** The value as a long if it is one, else unchanged. */
  private static Object longInteger(Object value) {
    try {
      return new BigDecimal(String.valueOf(value)).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      return value;
    }
  }

  /** The name in messages, such as {@code top-p in column 'p'}. */
  @Override
  public String toString() {
    return parameter.key() + " in column '" + column + "'";
  }
}
