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
 * The columns that generation adds.
 *
 * @param text the name of the column of texts
 * @param arrays whether each column of a completion is an array, for several completions per row
 * @param include further columns
 * @param parsed {@code null} if there is no parsed column
 * @param names what the columns' names are made of
 */
public record OutputColumns(
    String text, boolean arrays, List<String> include, ParsedColumn parsed, OutputNames names)
    implements Serializable {
  private static final StructType ERROR =
      new StructType().add("class", DataTypes.StringType).add("message", DataTypes.StringType);

  /** The columns as they stand in a table. */
  public List<StructField> fields() {
    return names.nested()
        ? List.of(DataTypes.createStructField(names.struct(), struct(), true))
        : values();
  }

  private StructType struct() {
    return new StructType(values().toArray(StructField[]::new));
  }

  /** The columns, be they fields of a struct or not. */
  public List<StructField> values() {
    List<StructField> fields = new ArrayList<>();
    fields.add(field(text, completionType(DataTypes.StringType)));
    fields.add(field(OutputNames.FINISH_REASON, completionType(DataTypes.StringType)));
    fields.add(field(OutputNames.PROMPT_TOKENS, DataTypes.IntegerType));
    fields.add(field(OutputNames.COMPLETION_TOKENS, completionType(DataTypes.IntegerType)));
    fields.add(field(OutputNames.ERROR, ERROR));
    if (parsed != null) {
      fields.add(field(parsed.name(), completionType(parsed.type())));
    }
    if (include.contains(OutputNames.TOKEN_IDS)) {
      fields.add(
          field(
              OutputNames.TOKEN_IDS,
              completionType(DataTypes.createArrayType(DataTypes.IntegerType, false))));
    }
    if (include.contains(OutputNames.LOGPROBS)) {
      fields.add(
          field(
              OutputNames.LOGPROBS,
              completionType(DataTypes.createArrayType(DataTypes.FloatType, false))));
    }
    return fields;
  }

  private StructField field(String name, DataType type) {
    return DataTypes.createStructField(names.of(name), type, true);
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
    if (names.nested()) {
      StructType struct = (StructType) schema.apply(row.size()).dataType();
      Object[] fields = new Object[struct.size()];
      fill(fields, 0, result);
      values[row.size()] = new GenericRowWithSchema(fields, struct);
    } else {
      fill(values, row.size(), result);
    }
    return new GenericRowWithSchema(values, schema);
  }

  private void fill(Object[] values, int from, GenerationResult result) {
    int at = from;
    boolean failed = result.error() != null;
    values[at++] = of(result, Completion::text);
    values[at++] = failed ? reason(FinishReason.ERROR) : of(result, c -> reason(c.finishReason()));
    values[at++] = result.promptTokens();
    values[at++] = of(result, c -> c.tokenIds().length);
    values[at++] = failed ? error(result.error()) : null;
    if (parsed != null) {
      values[at++] = of(result, c -> parsed.value(c.text()));
    }
    if (include.contains(OutputNames.TOKEN_IDS)) {
      values[at++] = of(result, c -> sequence(Arrays.stream(c.tokenIds()).boxed().toList()));
    }
    if (include.contains(OutputNames.LOGPROBS)) {
      values[at] = of(result, c -> sequence(floats(c.logprobs())));
    }
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
