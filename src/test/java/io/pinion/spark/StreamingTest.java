package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.metric.DeviceUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transformer on streams, one micro-batch for each file. */
class StreamingTest extends SparkTest {
  private static final StructType MAILS = StructType.fromDDL("id INT, body STRING, at TIMESTAMP");

  @TempDir Path place;
  private Path mails;

  @BeforeEach
  void makeFolder() throws Exception {
    mails = Files.createDirectory(place.resolve("mails"));
  }

  private static TextGenerator generator() {
    return tinyGenerator().setInputCol("body").setIdCol("id").setTemperature(1).setMaxTokens(5);
  }

  /** Puts a file of mails into the folder at once, each a minute after the one before. */
  private void arrive(String name, int from, int to) throws Exception {
    List<String> lines =
        IntStream.range(from, to)
            .mapToObj(
                id ->
                    "{\"id\": %d, \"body\": \"mail %d\", \"at\": \"2026-01-01T%02d:%02d:00Z\"}"
                        .formatted(id, id, id / 60, id % 60))
            .toList();
    arrive(name, lines);
  }

  private void arrive(String name, List<String> lines) throws Exception {
    Path written = Files.write(place.resolve(name), lines);
    Files.move(written, mails.resolve(name));
  }

  private Dataset<Row> stream() {
    return spark.readStream().schema(MAILS).option("maxFilesPerTrigger", 1).json(mails.toString());
  }

  /** Runs a query over all that has arrived, from where its checkpoint is. */
  private StreamingQuery run(Dataset<Row> rows) throws Exception {
    DataStreamWriter<Row> writer =
        rows.writeStream()
            .format("parquet")
            .option("path", place.resolve("answers").toString())
            .option("checkpointLocation", place.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow());
    StreamingQuery query = writer.start();
    query.awaitTermination();
    return query;
  }

  private List<Row> answers() {
    return spark.read().parquet(place.resolve("answers").toString()).collectAsList();
  }

  private static Map<Integer, String> texts(List<Row> rows) {
    Map<Integer, String> texts = new TreeMap<>();
    rows.forEach(row -> texts.put(row.getAs("id"), row.getAs("generated_text")));
    return texts;
  }

  private static long batches(StreamingQuery query) {
    return Arrays.stream(query.recentProgress()).filter(each -> each.numInputRows() > 0).count();
  }

  @Test
  void everyRowIsWrittenOnceOverRestarts() throws Exception {
    arrive("a.json", 0, 7);
    arrive("b.json", 7, 12);
    assertThat(batches(run(generator().transform(stream())))).isEqualTo(2);
    assertThat(answers()).hasSize(12);
    arrive("c.json", 12, 20);
    assertThat(batches(run(generator().transform(stream())))).isEqualTo(1);
    List<Row> rows = answers();
    assertThat(rows)
        .extracting(row -> row.<Integer>getAs("id"))
        .doesNotHaveDuplicates()
        .hasSize(20);
    Dataset<Row> whole = spark.read().schema(MAILS).json(mails.toString());
    assertThat(texts(rows)).isEqualTo(texts(generator().transform(whole).collectAsList()));
  }

  @Test
  void aStreamThatFailedGoesOnWhereItWas() throws Exception {
    arrive("a.json", 0, 4);
    arrive("b.json", List.of("{\"id\": 4, \"body\": \"fine\"}", "{\"id\": 5}"));
    arrive("c.json", 6, 9);
    assertThatThrownBy(() -> run(generator().setOnError("fail").transform(stream())))
        .hasStackTraceContaining("row 5 failed, and on-error is fail");
    run(generator().transform(stream()));
    List<Row> rows = answers();
    assertThat(rows)
        .extracting(row -> row.<Integer>getAs("id"))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 9).boxed().toList());
    assertThat(rows)
        .filteredOn(row -> row.<Row>getAs("error") != null)
        .extracting(row -> row.<Integer>getAs("id"))
        .containsExactly(5);
  }

  @Test
  void badRowsDoNotStopTheStream() throws Exception {
    arrive(
        "a.json", List.of("{\"id\": 1}", "{\"id\": 2, \"body\": \"" + "long ".repeat(40) + "\"}"));
    arrive("b.json", 3, 5);
    StreamingQuery query = run(generator().transform(stream()));
    assertThat(query.exception().isEmpty()).isTrue();
    Map<Integer, String> reasons = new TreeMap<>();
    answers().forEach(row -> reasons.put(row.getAs("id"), row.getAs("finish_reason")));
    assertThat(reasons)
        .containsOnlyKeys(1, 2, 3, 4)
        .containsEntry(1, "error")
        .containsEntry(2, "error");
    assertThat(reasons.get(3)).isIn("stop", "length");
  }

  @Test
  void theModelStaysInMemoryFromBatchToBatch() throws Exception {
    String own = TinyModelDirectory.write(place.resolve("model"), 9).toString();
    TextGenerator generator = generator().setModelUrl(own);
    for (int file = 0; file < 4; file++) {
      arrive("mails-" + file + ".json", 5 * file, 5 * file + 5);
    }
    assertThat(batches(run(generator.transform(stream())))).isEqualTo(4);
    assertThat(generator.metrics().rowsOk()).isEqualTo(20);
    assertThat(generator.metrics().usage().stream().mapToLong(DeviceUsage::loads).sum())
        .isEqualTo(1);
  }

  @Test
  void aWatermarkThatWasSetBeforeClosesWindowsAfter() throws Exception {
    arrive("a.json", 0, 10);
    arrive("b.json", 10, 20);
    arrive("c.json", 120, 121);
    Dataset<Row> windows =
        generator()
            .transform(stream().withWatermark("at", "10 minutes"))
            .groupBy(functions.window(functions.col("at"), "10 minutes"))
            .agg(functions.count("generated_text").as("texts"));
    run(windows.select("window.start", "texts"));
    assertThat(answers())
        .extracting(row -> row.<Timestamp>getAs("start").toString(), row -> row.getLong(1))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("2026-01-01 00:00:00.0", 10L),
            org.assertj.core.groups.Tuple.tuple("2026-01-01 00:10:00.0", 10L));
  }

  @Test
  void aStreamWithoutEndIsGeneratedAsItComes() throws Exception {
    TextGenerator generator = generator();
    Dataset<Row> rates =
        spark
            .readStream()
            .format("rate")
            .option("rowsPerSecond", 20)
            .load()
            .selectExpr("value AS id", "concat('n ', value) AS body");
    StreamingQuery query =
        generator.transform(rates).writeStream().format("memory").queryName("rates").start();
    while (query.isActive() && batches(query) < 3) {
      Thread.sleep(20);
    }
    query.stop();
    List<Row> rows = spark.table("rates").collectAsList();
    assertThat(query.exception().isEmpty()).isTrue();
    assertThat(rows)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.<String>getAs("generated_text")).isNotNull());
    assertThat(rows).extracting(row -> row.<Long>getAs("id")).doesNotHaveDuplicates();
  }

  /** The example of docs/user/streaming.md. */
  @Test
  void theExampleOfTheDocumentationRuns() throws Exception {
    arrive("a.json", 0, 3);
    Dataset<Row> arriving = spark.readStream().schema(MAILS).json(mails.toString());
    TextGenerator generator =
        new TextGenerator()
            .setModelUrl(model)
            .setPromptTemplate("Summarise in one sentence: {{ body }}")
            .setIdCol("id")
            .setMaxTokens(64);
    StreamingQuery query =
        generator
            .transform(arriving)
            .writeStream()
            .format("parquet")
            .option("path", place.resolve("answers").toString())
            .option("checkpointLocation", place.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    assertThat(answers()).hasSize(3);
  }
}
