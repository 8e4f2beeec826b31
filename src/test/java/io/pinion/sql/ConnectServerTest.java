package io.pinion.sql;

import java.util.List;

/** Spark's Connect server, asked by its own driver. */
class ConnectServerTest extends ServerContract {
  @Override
  String server() {
    return "org.apache.spark.sql.connect.service.SparkConnectServer";
  }

  @Override
  List<String> arguments(int port) {
    return List.of(
        "--conf",
        "spark.connect.grpc.binding.address=127.0.0.1",
        "--conf",
        "spark.connect.grpc.binding.port=" + port,
        "spark-internal");
  }

  @Override
  List<String> clientFolders() {
    return List.of("jars/connect-repl", "jars");
  }

  @Override
  String driver() {
    return "org.apache.spark.sql.connect.client.jdbc.SparkConnectDriver";
  }

  @Override
  String url(int port) {
    return "jdbc:sc://127.0.0.1:" + port;
  }
}
