package io.pinion.spark;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

/** What is logged in a session in which generation is an operator of Spark's plans. */
class PlannedRepeatedRunsTest extends RepeatedRunsTest {
  @BeforeAll
  static void start() throws IOException {
    spark =
        LocalSpark.builder("local[2]")
            .config("spark.sql.extensions", "io.pinion.sql.PinionExtensions")
            .getOrCreate();
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
  }
}
