package io.pinion.job.format;

import io.pinion.job.file.JobException;
import io.pinion.setting.Secrets;
import java.sql.Connection;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcOptionsInWrite;
import org.apache.spark.sql.execution.datasources.jdbc.JdbcUtils;
import org.apache.spark.sql.jdbc.JdbcDialects;
import scala.collection.immutable.Map$;
import scala.jdk.javaapi.CollectionConverters;

/** A table of a database that Spark reaches by JDBC. */
public final class JdbcTable {
  private JdbcTable() {}

  /** Names the table without the credentials in its address. */
  public static String name(Map<String, String> options) {
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(options);
    return Secrets.without(byName.get("url") + " " + byName.get("dbtable"));
  }

  /**
   * Whether the table is there.
   *
   * @param options those of Spark's writer
   * @throws JobException if the database cannot be asked
   */
  public static boolean exists(Map<String, String> options) {
    try {
      JdbcOptionsInWrite all =
          new JdbcOptionsInWrite(Map$.MODULE$.from(CollectionConverters.asScala(options)));
      try (Connection connection =
          JdbcDialects.get(all.url()).createConnectionFactory(all).apply(-1)) {
        return JdbcUtils.tableExists(connection, all);
      }
    } catch (Exception e) {
      throw new JobException("output.format jdbc, " + name(options) + ": " + e.getMessage(), e);
    }
  }
}
