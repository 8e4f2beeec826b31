package io.pinion.spark;

import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

/** The transformer on streams, in a session in which it is an operator of Spark's plans. */
class PlannedStreamingTest extends StreamingTest {
  @BeforeAll
  static void start() throws IOException {
    spark =
        LocalSpark.builder("local[2]")
            .config("spark.sql.extensions", "io.pinion.sql.PinionExtensions")
            .getOrCreate();
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
  }
}
