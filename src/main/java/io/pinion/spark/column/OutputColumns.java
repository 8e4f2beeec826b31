package io.pinion.spark.column;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The columns that generation adds; {@code parsed} is null if there is no parsed column. With
 * {@code arrays}, for several completions per row, each column of a completion is an array.
 */
public record OutputColumns(String text, boolean arrays, List<String> include, ParsedColumn parsed)
    implements Serializable {
  private static final StructType ERROR =
      new StructType().add("class", DataTypes.StringType).add("message", DataTypes.StringType);

  public List<StructField> fields() {
    List<StructField> fields = new ArrayList<>();
    fields.add(field(text, completionType(DataTypes.StringType)));
    fields.add(field("finish_reason", completionType(DataTypes.StringType)));
    fields.add(field("prompt_tokens", DataTypes.IntegerType));
    fields.add(field("completion_tokens", completionType(DataTypes.IntegerType)));
    fields.add(field("error", ERROR));
    if (parsed != null) {
      fields.add(field(parsed.name(), completionType(parsed.type())));
    }
    if (include.contains("token_ids")) {
      fields.add(
          field(
              "token_ids",
              completionType(DataTypes.createArrayType(DataTypes.IntegerType, false))));
    }
    if (include.contains("logprobs")) {
      fields.add(
          field("logprobs", completionType(DataTypes.createArrayType(DataTypes.FloatType, false))));
    }
    return fields;
  }

  private static StructField field(String name, DataType type) {
    return DataTypes.createStructField(name, type, true);
  }

  private DataType completionType(DataType single) {
    return arrays ? DataTypes.createArrayType(single, true) : single;
  }

  /**
   * A row with the columns of its result appended. It carries its schema, since Spark passes rows
   * unchanged to a following function over partitions.
   *
   * @param schema of the new row
   */
  public Row append(Row row, GenerationResult result, StructType schema) {
    Object[] values = new Object[schema.size()];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    int at = row.size();
    boolean failed = result.error() != null;
    values[at++] = of(result, Completion::text);
    values[at++] = failed ? reason(FinishReason.ERROR) : of(result, c -> reason(c.finishReason()));
    values[at++] = result.promptTokens();
    values[at++] = of(result, c -> c.tokenIds().length);
    values[at++] = failed ? error(result.error()) : null;
    if (parsed != null) {
      values[at++] = of(result, c -> parsed.value(c.text()));
    }
    if (include.contains("token_ids")) {
      values[at++] = of(result, c -> sequence(Arrays.stream(c.tokenIds()).boxed().toList()));
    }
    if (include.contains("logprobs")) {
      values[at] = of(result, c -> sequence(floats(c.logprobs())));
    }
    return new GenericRowWithSchema(values, schema);
  }

  private Object reason(FinishReason reason) {
    String name = reason.name().toLowerCase(Locale.ROOT);
    return arrays && reason == FinishReason.ERROR ? sequence(List.of(name)) : name;
  }

  private static Row error(RowException error) {
    return new GenericRowWithSchema(
        new Object[] {error.getClass().getSimpleName(), error.getMessage()}, ERROR);
  }

  private Object of(GenerationResult result, Function<Completion, Object> value) {
    if (result.completions().isEmpty()) {
      return null;
    }
    return arrays
        ? sequence(result.completions().stream().map(value).toList())
        : value.apply(result.completions().get(0));
  }

  private static List<Float> floats(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static <T> scala.collection.Seq<T> sequence(List<T> list) {
    return CollectionConverters.asScala(list).toSeq();
  }
}
