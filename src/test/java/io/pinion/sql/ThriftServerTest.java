package io.pinion.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark's Thrift server in a process of its own, asked over JDBC. Needs a Spark distribution in
 * SPARK_HOME, which {@code bin/pinion test} sets.
 */
class ThriftServerTest {
  @TempDir Path folder;
  private Process server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    assumeThat(System.getenv("SPARK_HOME"))
        .as("SPARK_HOME names no Spark distribution; bin/pinion test fetches one")
        .isNotNull();
    String model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command =
        List.of(
            System.getenv("SPARK_HOME") + "/bin/spark-submit",
            "--master",
            "local[2]",
            "--class",
            "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
            "--driver-class-path",
            ownClassPath(),
            "--conf",
            "spark.sql.extensions=" + PinionExtensions.class.getName(),
            "--conf",
            "spark.pinion.model.uri=" + model,
            "--conf",
            "spark.pinion.model.dtype=f32",
            "--conf",
            "spark.ui.enabled=false",
            "--conf",
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
            "--conf",
            "spark.hadoop.javax.jdo.option.ConnectionURL=jdbc:derby:;databaseName="
                + folder.resolve("metastore")
                + ";create=true",
            "spark-internal",
            "--hiveconf",
            "hive.server2.thrift.bind.host=127.0.0.1",
            "--hiveconf",
            "hive.server2.thrift.port=" + port);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    server = builder.start();
    while (!listens()) {
      assertThat(server.isAlive()).as(() -> log()).isTrue();
      Thread.sleep(100);
    }
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      server.descendants().forEach(ProcessHandle::destroyForcibly);
      server.destroyForcibly().waitFor();
    }
  }

  /** What this JVM runs on and a Spark distribution has not. */
  private static String ownClassPath() throws IOException {
    List<String> distribution;
    try (Stream<Path> jars = Files.list(Path.of(System.getenv("SPARK_HOME"), "jars"))) {
      distribution = jars.map(jar -> jar.getFileName().toString()).toList();
    }
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator))
        .filter(entry -> !distribution.contains(Path.of(entry).getFileName().toString()))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private boolean listens() throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (java.net.ConnectException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("server.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** The distribution's own JDBC driver, beside Pinion's class path. */
  private Connection connect(ClassLoader drivers) throws Exception {
    Driver driver =
        (Driver)
            drivers.loadClass("org.apache.hive.jdbc.HiveDriver").getConstructor().newInstance();
    return driver.connect("jdbc:hive2://127.0.0.1:" + port + "/default", new Properties());
  }

  private static URLClassLoader drivers() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (File jar : Path.of(System.getenv("SPARK_HOME"), "jars").toFile().listFiles()) {
      urls.add(jar.toURI().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static List<String> firstColumn(Statement statement, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  @Test
  void queriesAndViewsOfOtherSessionsGenerate() throws Exception {
    ClassLoader outer = Thread.currentThread().getContextClassLoader();
    try (URLClassLoader drivers = drivers()) {
      Thread.currentThread().setContextClassLoader(drivers);
      try (Connection connection = connect(drivers);
          Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE mails USING parquet AS SELECT id, 'mail ' || id AS body FROM range(6)");
        statement.execute(
            "CREATE VIEW moods AS SELECT id, pinion_classify(body, array('glad', 'sad')) AS mood"
                + " FROM mails");
        statement.execute("SET `spark.pinion.sampling.max-tokens`=3");
        assertThat(
                firstColumn(statement, "SELECT pinion_result(body).completion_tokens FROM mails"))
            .hasSize(6)
            .allSatisfy(tokens -> assertThat(Integer.parseInt(tokens)).isBetween(1, 3));
        assertThatThrownBy(
                () -> firstColumn(statement, "SELECT pinion_generate('x', map('topP', '2'))"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("topP must be a number above 0 and at most 1, is 2.0");
      }
      try (Connection connection = connect(drivers);
          Statement statement = connection.createStatement()) {
        assertThat(firstColumn(statement, "SELECT mood FROM moods"))
            .hasSize(6)
            .isSubsetOf("glad", "sad");
      }
    } finally {
      Thread.currentThread().setContextClassLoader(outer);
    }
  }
}
