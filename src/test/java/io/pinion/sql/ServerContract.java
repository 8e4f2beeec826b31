package io.pinion.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server of Spark does for clients without Pinion: it runs in a process of its own, and is
 * asked over JDBC. Needs a Spark distribution in SPARK_HOME, which {@code bin/pinion test} sets.
 */
abstract class ServerContract {
  @TempDir Path folder;
  private Process server;
  private int port;

  /** The class with the server's main method. */
  abstract String server();

  /** Arguments of spark-submit that make it listen on the loopback address. */
  abstract List<String> arguments(int port);

  /** The distribution's folders of jars that a client runs on. */
  abstract List<String> clientFolders();

  /** The client's JDBC driver. */
  abstract String driver();

  abstract String url(int port);

  private static Path home() {
    return Path.of(System.getenv("SPARK_HOME"));
  }

  @BeforeEach
  void start() throws Exception {
    assumeThat(System.getenv("SPARK_HOME"))
        .as("SPARK_HOME names no Spark distribution; bin/pinion test fetches one")
        .isNotNull();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(List.of(home().resolve("bin/spark-submit").toString()));
    command.addAll(List.of("--master", "local[2]", "--class", server()));
    command.addAll(List.of("--driver-class-path", ownClassPath()));
    for (String setting :
        List.of(
            "spark.sql.extensions=" + PinionExtensions.class.getName(),
            "spark.pinion.model.uri=" + TinyModelDirectory.write(folder.resolve("model"), 4),
            "spark.pinion.model.dtype=f32",
            "spark.ui.enabled=false",
            "spark.sql.warehouse.dir=" + folder.resolve("warehouse"),
            "spark.hadoop.javax.jdo.option.ConnectionURL=jdbc:derby:;databaseName="
                + folder.resolve("metastore")
                + ";create=true")) {
      command.addAll(List.of("--conf", setting));
    }
    command.addAll(arguments(port));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    server = builder.start();
    while (!listens()) {
      assertThat(server.isAlive()).as(this::log).isTrue();
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
    try (Stream<Path> jars = Files.list(home().resolve("jars"))) {
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
    } catch (ConnectException e) {
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

  /** The client's class path, with nothing of this JVM's own. */
  private URLClassLoader client() throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String jars : clientFolders()) {
      try (Stream<Path> files = Files.list(home().resolve(jars))) {
        for (Path jar : files.toList()) {
          urls.add(jar.toUri().toURL());
        }
      }
    }
    return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private Connection connect(ClassLoader client) throws Exception {
    Driver driver = (Driver) client.loadClass(driver()).getConstructor().newInstance();
    return driver.connect(url(port), new Properties());
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

  /**
   * In a thread of its own: a driver leaves values of its class loader, which is closed then, in
   * what later threads inherit.
   */
  @Test
  void queriesAndViewsOfOtherSessionsGenerate() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      thread.submit(this::ask).get();
    } finally {
      thread.shutdown();
    }
  }

  private Void ask() throws Exception {
    try (URLClassLoader client = client()) {
      Thread.currentThread().setContextClassLoader(client);
      try (Connection connection = connect(client);
          Statement statement = connection.createStatement()) {
        firstSession(statement);
      }
      try (Connection connection = connect(client);
          Statement statement = connection.createStatement()) {
        assertThat(firstColumn(statement, "SELECT mood FROM moods"))
            .hasSize(6)
            .isSubsetOf("glad", "sad");
      }
    }
    return null;
  }

  private static void firstSession(Statement statement) throws SQLException {
    statement.execute(
        "CREATE TABLE mails USING parquet AS SELECT id, 'mail ' || id AS body FROM range(6)");
    statement.execute(
        "CREATE VIEW moods AS SELECT id, pinion_classify(body, array('glad', 'sad')) AS mood"
            + " FROM mails");
    statement.execute("SET `spark.pinion.sampling.max-tokens`=3");
    assertThat(
            firstColumn(
                statement,
                "SELECT CAST(pinion_result(body).completion_tokens AS STRING) FROM mails"))
        .hasSize(6)
        .allSatisfy(tokens -> assertThat(Integer.parseInt(tokens)).isBetween(1, 3));
    assertThatThrownBy(
            () -> firstColumn(statement, "SELECT pinion_generate('x', map('topP', '2'))"))
        .hasMessageContaining("topP must be a number above 0 and at most 1, is 2.0");
  }
}
