package io.pinion.spark;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A local session of two task threads and a tiny random model, for the tests of a class. */
abstract class SparkTest {
  @TempDir static Path folder;
  static SparkSession spark;
  static String model;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.session("local[2]");
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static TextGenerator tinyGenerator() {
    return new TextGenerator().setModelUrl(model).setDtype("f32");
  }
}
