package io.pinion.job;

import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** What catalogs tell of tables. */
final class Tables {
  private Tables() {}

  /**
   * A detail of a table that is there, such as its {@code Location} or {@code Provider}; empty if
   * its catalog does not tell it.
   */
  static Optional<String> detail(SparkSession spark, String table, String name) {
    // Before the details come the columns, of which one may have this name, too.
    return spark.sql("DESCRIBE TABLE EXTENDED " + table).collectAsList().stream()
        .dropWhile(row -> !row.getString(0).equals("# Detailed Table Information"))
        .filter(row -> row.getString(0).equals(name) && !row.isNullAt(1))
        .map(row -> row.getString(1))
        .filter(value -> !value.isBlank())
        .findFirst();
  }
}
