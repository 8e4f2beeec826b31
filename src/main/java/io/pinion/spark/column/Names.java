package io.pinion.spark.column;

/** Names of columns, tables and files in Spark's expressions. */
public final class Names {
  private Names() {}

  /** A name as one identifier, whatever characters it has. */
  public static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  /** A path as a pattern that matches it alone; Spark takes the paths it reads for patterns. */
  public static String literal(String path) {
    return path.replaceAll("[\\\\{}\\[\\]*?]", "\\\\$0");
  }
}
