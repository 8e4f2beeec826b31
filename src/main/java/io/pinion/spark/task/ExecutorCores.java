package io.pinion.spark.task;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** Determines from Spark's configuration how many cores an executor has. */
final class ExecutorCores {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*(\\d+|\\*)\\s*(?:,.*)?])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,.*]");

  private ExecutorCores() {}

  /** The cores, at most as many as the machine lets this process use. */
  static int of(SparkConf conf) {
    return of(conf, Runtime.getRuntime().availableProcessors());
  }

  static int of(SparkConf conf, int processors) {
    int cores = conf.getInt("spark.executor.cores", byMaster(conf.get("spark.master", "")));
    return cores < 1 ? processors : Math.min(cores, processors);
  }

  /** The cores if spark.executor.cores is not set; 0 for all of the machine's. */
  private static int byMaster(String master) {
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      String number = local.group(1) == null ? "1" : local.group(1);
      return number.equals("*") ? 0 : Integer.parseInt(number);
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return Integer.parseInt(cluster.group(1));
    }
    return master.startsWith("yarn") || master.startsWith("k8s") ? 1 : 0;
  }
}
