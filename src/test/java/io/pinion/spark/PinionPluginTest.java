package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.metric.DeviceUsage;
import io.pinion.spark.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions whose executor is prepared before its first task. */
class PinionPluginTest {
  @TempDir Path folder;
  private String model;

  @BeforeEach
  void write() throws IOException {
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
  }

  private static SparkSession.Builder withPlugin() {
    return LocalSpark.builder("local[2]")
        .config("spark.plugins", PinionPlugin.class.getName())
        .config("spark.pinion.model.dtype", "f32");
  }

  /** How many models the tasks of a generation loaded. */
  private long loads(SparkSession spark) {
    TextGenerator generator =
        new TextGenerator()
            .setModelUrl(model)
            .setDtype("f32")
            .setBatchSize(6)
            .setPromptTemplate("{{ id }}")
            .setMaxTokens(3);
    assertThat(generator.transform(spark.range(8).toDF()).collectAsList()).hasSize(8);
    return generator.metrics().usage().stream().mapToLong(DeviceUsage::loads).sum();
  }

  @Test
  void theFirstTaskFindsTheModelLoaded() throws IOException {
    try (SparkSession spark =
        withPlugin()
            .config("spark.pinion.model.uri", model)
            .config("spark.pinion.batch.slots", 6)
            .getOrCreate()) {
      assertThat(ModelRegistry.executor().occupancy())
          .isEqualTo(new ModelRegistry.Occupancy(1, 6, 0));
      assertThat(loads(spark)).isZero();
      assertThat(ModelRegistry.executor().occupancy().slots()).isEqualTo(6);
    }
    assertThat(ModelRegistry.executor().occupancy().models()).isZero();
  }

  @Test
  void withoutAUriTheFirstTaskLoadsIt() throws IOException {
    try (SparkSession spark = withPlugin().getOrCreate()) {
      assertThat(ModelRegistry.executor().occupancy().models()).isZero();
      assertThat(loads(spark)).isOne();
    }
  }

  @Test
  void metricsAreThereFromTheFirstTaskOn() throws IOException {
    try (SparkSession spark = withPlugin().getOrCreate()) {
      assertThat(spark.range(3).collectAsList()).hasSize(3);
      assertThat(SparkEnv.get().metricsSystem().getSourcesByName("pinion").size()).isOne();
    }
  }

  @Test
  void aModelThatIsMissingIsLoggedAndTheExecutorGoesOn() {
    List<String> warnings =
        LoggedWarnings.of(
            PinionPlugin.class,
            () -> {
              SparkSession spark =
                  withPlugin().config("spark.pinion.model.uri", "/nowhere").getOrCreate();
              try {
                assertThat(loads(spark)).isOne();
              } finally {
                spark.stop();
              }
            });
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("model /nowhere does not exist")
        .contains("spark.pinion.plugin.on-error=fail");
  }

  @Test
  void settingsOutOfRangeAreLogged() {
    List<String> warnings =
        LoggedWarnings.of(
            PinionPlugin.class,
            () ->
                withPlugin()
                    .config("spark.pinion.model.uri", model)
                    .config("spark.pinion.batch.slots", "many")
                    .getOrCreate()
                    .stop());
    assertThat(warnings)
        .singleElement()
        .asString()
        .contains("spark.pinion.batch.slots must be an integer from 1 to 65536");
  }

  @Test
  void aModelThatIsMissingEndsTheExecutorIfAsked() {
    assertThatThrownBy(
            () ->
                withPlugin()
                    .config("spark.pinion.model.uri", "/nowhere")
                    .config("spark.pinion.plugin.on-error", "fail")
                    .getOrCreate())
        .hasStackTraceContaining("model /nowhere does not exist");
  }
}
