package io.pinion.job;

/** Names of columns in Spark's expressions. */
final class Names {
  private Names() {}

  /** A name as one identifier, whatever characters it has. */
  static String quoted(String name) {
    return '`' + name.replace("`", "``") + '`';
  }
}
