package io.pinion.sql;

import java.util.List;

/** Spark's Thrift server, asked by Hive's driver. */
class ThriftServerTest extends ServerContract {
  @Override
  String server() {
    return "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2";
  }

  @Override
  List<String> arguments(int port) {
    return List.of(
        "spark-internal",
        "--hiveconf",
        "hive.server2.thrift.bind.host=127.0.0.1",
        "--hiveconf",
        "hive.server2.thrift.port=" + port);
  }

  @Override
  List<String> clientFolders() {
    return List.of("jars");
  }

  @Override
  String driver() {
    return "org.apache.hive.jdbc.HiveDriver";
  }

  @Override
  String url(int port) {
    return "jdbc:hive2://127.0.0.1:" + port + "/default";
  }
}
