package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A pipeline as version 0.1 of 2026-11 wrote it, with a value of its own for each parameter that
 * there was.
 */
class SavedPipelineTest {
  private static final Path SAVED = Path.of("src/test/resources/spark/saved-pipeline");
  private static SparkSession spark;
  private static JsonNode written;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.session("local[1]");
    written =
        new ObjectMapper()
            .readTree(
                Files.readString(
                    SAVED.resolve("stages/0_textGenerator_1/metadata/part-00000.txt")));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TextGenerator loaded() {
    return (TextGenerator) PipelineModel.load(SAVED.toString()).stages()[0];
  }

  @Test
  void everyParameterHasTheValueThatWasWritten() throws IOException {
    TextGenerator generator = loaded();
    assertThat(written.get("paramMap").size()).isEqualTo(42);
    for (var entry : written.get("paramMap").properties()) {
      assertThat(json(generator, entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
    assertThat(generator.uid()).isEqualTo("textGenerator_1");
  }

  @Test
  void defaultsAreThoseThatWereWritten() throws IOException {
    TextGenerator fresh = new TextGenerator();
    for (var entry : written.get("defaultParamMap").properties()) {
      assertThat(json(fresh, entry.getKey())).as(entry.getKey()).isEqualTo(entry.getValue());
    }
    assertThat(fresh.params()).filteredOn(fresh::hasDefault).hasSize(36);
  }

  private static JsonNode json(TextGenerator generator, String name) throws IOException {
    Param<Object> param = generator.getParam(name);
    return new ObjectMapper().readTree(param.jsonEncode(generator.getOrDefault(param)));
  }

  @Test
  void gettersGiveWhatWasWritten() {
    TextGenerator generator = loaded();
    assertThat(generator.getModelUrl()).isEqualTo("/models/m.gguf");
    assertThat(generator.getBatchSize()).isEqualTo(8);
    assertThat(generator.getTemperature()).isEqualTo(0.7);
    assertThat(generator.getSeed()).isEqualTo(1L << 40);
    assertThat(generator.getStop()).containsExactly("\n", "END");
    assertThat(generator.getStopTokenIds()).containsExactly(2, 7);
    assertThat(generator.getSamplingCols()).containsExactly("max-tokens=limit");
    assertThat(generator.getCloseAtMaxTokens()).isFalse();
  }
}
