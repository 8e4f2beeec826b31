package io.pinion.spark.column;

import static org.apache.spark.sql.functions.col;

import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Names of columns, tables and files in Spark's expressions. */
public final class Names {
  private Names() {}

  /** A name as one identifier, whatever characters it has. */
  public static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  /** The rows' columns in the order in which other rows have columns with these names. */
  public static Dataset<Row> ordered(Dataset<Row> rows, Dataset<Row> others) {
    return rows.select(
        Arrays.stream(others.columns()).map(name -> col(quoted(name))).toArray(Column[]::new));
  }

  /** A path as a pattern that matches it alone; Spark takes the paths it reads for patterns. */
  public static String literal(String path) {
    return path.replaceAll("[\\\\{}\\[\\]*?]", "\\\\$0");
  }
}
