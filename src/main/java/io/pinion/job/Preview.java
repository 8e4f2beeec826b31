package io.pinion.job;

import io.pinion.spark.column.Names;
import io.pinion.spark.column.OutputNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The preview of its output that a job prints: the input's columns, then the generated ones. A
 * struct of parsed JSON replaces its text, with a column for each field, and so does the struct of
 * all generated columns. Token counts and lists of numbers are left out, and so is the error if
 * every row succeeded.
 *
 * @param input the names of the input's columns
 * @param names of the generated columns
 * @param parsed the name of the column of parsed JSON, which may be absent
 * @param failures whether any row failed
 */
record Preview(List<String> input, OutputNames names, String parsed, boolean failures) {
  private static final String TEXT = "generated_text";
  private static final Set<String> HIDDEN =
      Set.of(
          OutputNames.PROMPT_TOKENS,
          OutputNames.COMPLETION_TOKENS,
          OutputNames.TOKEN_IDS,
          OutputNames.LOGPROBS);

  /** A generated column or field. */
  private record Generated(Column column, DataType type) {
    /** The fields of a struct, or what it is. */
    List<Column> fields() {
      return type instanceof StructType struct
          ? Arrays.stream(struct.fieldNames()).map(name -> column.getField(name).as(name)).toList()
          : List.of(column);
    }
  }

  /** The rows of the output with only the columns to show. */
  Dataset<Row> of(Dataset<Row> output) {
    List<Column> shown = new ArrayList<>();
    Map<String, Generated> generated = new LinkedHashMap<>();
    for (StructField field : output.schema().fields()) {
      Column column = output.col(Names.quoted(field.name()));
      if (input.contains(field.name())) {
        shown.add(column);
      } else if (field.name().equals(names.struct())
          && field.dataType() instanceof StructType struct) {
        for (StructField inner : struct.fields()) {
          generated.put(
              inner.name(),
              new Generated(column.getField(inner.name()).as(inner.name()), inner.dataType()));
        }
      } else {
        generated.put(plain(field.name()), new Generated(column, field.dataType()));
      }
    }
    boolean typed =
        generated.containsKey(parsed) && generated.get(parsed).type instanceof StructType;
    generated.forEach(
        (name, each) -> {
          if (typed && name.equals(TEXT)) {
            shown.addAll(generated.get(parsed).fields());
          } else if (isShown(name) && !(typed && name.equals(parsed))) {
            shown.add(each.column);
          }
        });
    return output.select(shown.toArray(Column[]::new));
  }

  /** The name without its prefix, or that of the struct in formats without structs. */
  private String plain(String name) {
    String before = names.nested() ? names.struct() + '_' : names.prefix();
    return name.startsWith(before) ? name.substring(before.length()) : name;
  }

  private boolean isShown(String name) {
    boolean error = name.equals(OutputNames.ERROR) || name.startsWith(OutputNames.ERROR + '_');
    return !HIDDEN.contains(name) && (failures || !error);
  }
}
