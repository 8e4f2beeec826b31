package io.pinion.spark.column;

/** Names of columns and tables in Spark's expressions. */
public final class Names {
  private Names() {}

  /** A name as one identifier, whatever characters it has. */
  public static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
