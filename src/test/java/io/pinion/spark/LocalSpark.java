package io.pinion.spark;

import org.apache.spark.sql.SparkSession;

/** Sessions for tests, quiet and on the loopback address. */
public final class LocalSpark {
  private LocalSpark() {}

  public static SparkSession session(String master) {
    return builder(master).getOrCreate();
  }

  public static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .master(master)
        .appName("pinion test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", 2);
  }
}
