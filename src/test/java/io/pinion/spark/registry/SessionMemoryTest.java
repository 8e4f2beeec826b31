package io.pinion.spark.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.ProcessStatus;
import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.TextGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spark sessions that come and go in one JVM leave no model, thread, file or folder behind. {@code
 * -Dsessions=50} runs more of them.
 */
class SessionMemoryTest {
  private static final int INTERMEDIATE = 50_000;
  private static final long WEIGHTS_KILOBYTES = INTERMEDIATE * 1152L >> 10;
  private static final int WARM_UP = 4;

  @TempDir Path folder;

  /** With a folder of its own, in which no other process makes any. */
  private SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("pinion test")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.local.dir", folder.resolve("local").toString())
        .getOrCreate();
  }

  private void run(String model) {
    SparkSession spark = session();
    try {
      Dataset<Row> rows =
          spark.createDataset(List.of("a", "b", "c", "d"), Encoders.STRING()).toDF("text");
      TextGenerator generator =
          new TextGenerator()
              .setModelUrl(model)
              .setDtype("f32")
              .setInputCol("text")
              .setGuide("{\"regex\": \"[a-z]{3}\"}")
              .setMaxTokens(4);
      assertThat(generator.transform(rows.repartition(2)).filter("error IS NULL").count())
          .isEqualTo(4);
      assertThat(ModelRegistry.executor().size()).isEqualTo(1);
    } finally {
      spark.stop();
    }
    assertThat(ModelRegistry.executor().size()).isZero();
  }

  /** The open files by name. Sockets are those of Spark, which its threads close in their time. */
  private static List<String> openFiles() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.toList()) {
        if (Files.isSymbolicLink(file) && Files.exists(file)) {
          names.add(Files.readSymbolicLink(file).toString());
        }
      }
    }
    names.removeIf(name -> name.matches("(socket|pipe|anon_inode):.*"));
    return names;
  }

  private static Set<String> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("(?i).*(pinion|djl|tokenizers|pytorch|jna).*"))
          .collect(Collectors.toSet());
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("pinion-"))
        .collect(Collectors.toSet());
  }

  @Test
  void sessionsThatComeAndGoReturnToTheBaseLine() throws Exception {
    String model = TinyModelDirectory.write(folder.resolve("model"), 4, INTERMEDIATE).toString();
    int sessions = Integer.getInteger("sessions", 12);
    long before = 0;
    List<String> files = List.of();
    Set<String> temporary = Set.of();
    for (int i = 0; i < sessions; i++) {
      if (i == WARM_UP) {
        System.gc();
        before = ProcessStatus.allocatedKilobytes();
        files = openFiles();
        temporary = temporary();
      }
      run(model);
    }
    System.gc();
    long growth = ProcessStatus.allocatedKilobytes() - before;
    System.out.println(sessions + " sessions, grown by " + growth + " kB since the fourth");
    // One model each would be that many times its weights.
    assertThat(growth).isLessThan((sessions - WARM_UP) * WEIGHTS_KILOBYTES / 2);
    assertThat(openFiles()).hasSizeLessThanOrEqualTo(files.size() + 2);
    assertThat(temporary()).isSubsetOf(temporary);
    try (Stream<Path> left = Files.walk(folder.resolve("local"))) {
      assertThat(left.filter(file -> file.toString().contains("blockmgr"))).isEmpty();
    }
    // A thread that stays makes this test hang.
    while (!threads().isEmpty()) {
      Thread.onSpinWait();
    }
  }
}
