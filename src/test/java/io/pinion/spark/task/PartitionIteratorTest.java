package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.Generator;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.column.OutputNames;
import io.pinion.spark.column.ParsedColumn;
import io.pinion.spark.metric.GenerationMetrics;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** A row whose text cannot become columns fails alone. */
class PartitionIteratorTest {
  private static final StructType INPUT =
      new StructType().add("id", "string").add("text", "string");

  private static Row row(String id, String text) {
    return new GenericRowWithSchema(new Object[] {id, text}, INPUT);
  }

  private static TaskOptions options() {
    JsonOptions json = new JsonOptions(false, 0);
    GuideRequest guide = GuideRequest.parse("{\"choice\": [\"true\"]}", json);
    return new TaskOptions(
        null,
        "cpu",
        new TaskOptions.PromptSource("text", null, null, null),
        "id",
        SamplingParameters.DEFAULTS,
        List.of(),
        new TaskOptions.GuideSource(guide, null, null, json, false),
        false,
        4,
        false);
  }

  @Test
  void aTextThatCannotBecomeColumnsFailsItsRowAlone() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    LetterTokenizer letters = new LetterTokenizer(26);
    Generator generator = ContinuousBatcher.open(new FakeModel(26, 4, 20), letters, List.of(0), 4);
    try (LetterModel model = new LetterModel(generator, letters)) {
      // Without a type, reading the text ends in an exception.
      OutputColumns columns =
          new OutputColumns(
              "out", false, List.of(), new ParsedColumn("parsed", null, true), OutputNames.PLAIN);
      StructType schema = INPUT;
      for (String name : List.of("out", "finish_reason", "prompt_tokens", "completion_tokens")) {
        schema = schema.add(name, "string");
      }
      schema = schema.add("error", "string").add("parsed", "string");
      GenerationMetrics metrics = new GenerationMetrics(spark.sparkContext());
      AtomicLong clock = new AtomicLong(100);
      TaskUsage usage = new TaskUsage("0", null, clock::get);
      try (PartitionIterator rows =
          new PartitionIterator(
              List.of(row("a", "abc"), row("b", "cba")).iterator(),
              options(),
              columns,
              schema,
              () -> {
                // As long as it takes to load.
                clock.compareAndSet(100, 5000);
                return model;
              },
              metrics,
              usage,
              null,
              "t",
              () -> false)) {
        for (String id : List.of("a", "b")) {
          Row row = rows.next();
          assertThat(row.getString(0)).isEqualTo(id);
          assertThat(row.getString(3)).isEqualTo("error");
          assertThat(row.get(6).toString()).contains("cannot be put into columns");
        }
        assertThat(rows.hasNext()).isFalse();
        assertThat(usage.firstRowMillis()).isEqualTo(5000);
      }
    } finally {
      spark.stop();
    }
  }
}
