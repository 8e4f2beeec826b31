package io.pinion.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The preview of its output that a job prints: the input's columns, then the generated ones. A
 * struct of parsed JSON replaces its text, with a column for each field. Token counts and lists of
 * numbers are left out, and so is the error column if every row succeeded.
 *
 * @param input the names of the input's columns
 * @param parsed the name of the column of parsed JSON, which may be absent
 * @param failures whether any row failed
 */
record Preview(List<String> input, String parsed, boolean failures) {
  private static final String TEXT = "generated_text";
  private static final String ERROR = "error";
  private static final Set<String> HIDDEN =
      Set.of("prompt_tokens", "completion_tokens", "token_ids", "logprobs");

  /** The rows of the output with only the columns to show, in the order of the output. */
  Dataset<Row> of(Dataset<Row> output) {
    StructType fields = fields(output);
    List<Column> shown = new ArrayList<>();
    for (String name : output.columns()) {
      if (fields != null && name.equals(TEXT)) {
        for (String field : fields.fieldNames()) {
          shown.add(output.col(Names.quoted(parsed) + '.' + Names.quoted(field)));
        }
      } else if (input.contains(name) || generated(name, fields != null)) {
        shown.add(output.col(Names.quoted(name)));
      }
    }
    return output.select(shown.toArray(Column[]::new));
  }

  private boolean generated(String name, boolean typed) {
    return !HIDDEN.contains(name)
        && (failures || !name.equals(ERROR))
        && !(typed && name.equals(parsed));
  }

  /** The fields of the parsed struct; {@code null} if there is none. */
  private StructType fields(Dataset<Row> output) {
    boolean there = List.of(output.columns()).contains(parsed);
    return there && output.schema().apply(parsed).dataType() instanceof StructType struct
        ? struct
        : null;
  }
}
