package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.metric.DeviceUsage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors in processes of their own, with a discovery script that claims two GPUs on each. Needs
 * a Spark distribution in SPARK_HOME, which {@code bin/pinion test} sets.
 */
class ClusterTest {
  private static final StructType ROWS = StructType.fromDDL("id INT, text STRING");
  private static final int PARTITIONS = 40;

  @TempDir Path folder;
  private String model;

  @BeforeEach
  void prepare() throws IOException {
    assumeThat(System.getenv("SPARK_HOME"))
        .as("SPARK_HOME names no Spark distribution; bin/pinion test fetches one")
        .isNotNull();
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
  }

  private SparkSession cluster(int addressesOfATask) throws IOException {
    return builder(addressesOfATask).getOrCreate();
  }

  private SparkSession.Builder builder(int addressesOfATask) throws IOException {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(script, "#!/bin/sh\necho '{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return LocalSpark.builder("local-cluster[2,2,1024]")
        .config("spark.executor.extraClassPath", classPath)
        .config("spark.worker.resource.gpu.amount", 2)
        .config("spark.worker.resource.gpu.discoveryScript", script.toString())
        .config("spark.executor.resource.gpu.amount", 2)
        .config("spark.executor.resource.gpu.discoveryScript", script.toString())
        .config("spark.task.resource.gpu.amount", addressesOfATask)
        .config("spark.pinion.device.simulate", "cpu");
  }

  private TextGenerator generator() {
    return new TextGenerator()
        .setModelUrl(model)
        .setDtype("f32")
        .setDevice("gpu")
        .setPromptTemplate("{{ text }}")
        .setIdCol("id")
        .setTemperature(1)
        .setMaxTokens(6);
  }

  private static Dataset<Row> rows(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 5 * PARTITIONS; i++) {
      rows.add(RowFactory.create(i, "row " + i));
    }
    return spark.createDataFrame(rows, ROWS).repartition(PARTITIONS);
  }

  /** Where a row was generated, as its task itself says, with the text. */
  private record Place(String executor, String addresses, String text) {}

  /** Rows by id; the task that generates a row also writes down its executor and addresses. */
  private static Map<Integer, Place> places(Dataset<Row> generated) {
    StructType schema =
        StructType.fromDDL("id INT, text STRING, executor STRING, addresses STRING");
    MapPartitionsFunction<Row, Row> where = ClusterTest::where;
    Map<Integer, Place> places = new TreeMap<>();
    for (Row row : generated.mapPartitions(where, Encoders.row(schema)).collectAsList()) {
      places.put(row.getInt(0), new Place(row.getString(2), row.getString(3), row.getString(1)));
    }
    return places;
  }

  private static Iterator<Row> where(Iterator<Row> rows) {
    List<Row> marked = new ArrayList<>();
    String addresses = String.join(",", TaskContext.get().resourcesJMap().get("gpu").addresses());
    while (rows.hasNext()) {
      Row row = rows.next();
      marked.add(
          RowFactory.create(
              row.getAs("id"),
              row.getAs("generated_text"),
              SparkEnv.get().executorId(),
              addresses));
    }
    return marked.iterator();
  }

  private Map<Integer, String> textsOfOneProcess() throws IOException {
    try (SparkSession spark = LocalSpark.session("local[2]")) {
      return generator()
          .setDevice("cpu")
          .transform(rows(spark).repartition(1))
          .collectAsList()
          .stream()
          .collect(
              Collectors.toMap(
                  row -> row.<Integer>getAs("id"), row -> row.<String>getAs("generated_text")));
    }
  }

  @Test
  void everyTaskUsesItsOwnAddressAndEachAddressLoadsItsModelOnce() throws IOException {
    Map<Integer, Place> places;
    TextGenerator generator = generator();
    try (SparkSession spark = cluster(1)) {
      places = places(generator.transform(rows(spark)));
    }
    Map<String, Long> rowsByAddress =
        places.values().stream()
            .collect(
                Collectors.groupingBy(
                    place -> place.executor + " cpu (address " + place.addresses + ")",
                    Collectors.counting()));
    assertThat(rowsByAddress).hasSize(4);
    Map<String, Long> rowsByDevice =
        generator.metrics().usage().stream()
            .collect(
                Collectors.toMap(
                    usage -> usage.executor() + " " + usage.device(), DeviceUsage::rows));
    assertThat(rowsByDevice).isEqualTo(rowsByAddress);
    assertThat(generator.metrics().usage())
        .allSatisfy(usage -> assertThat(usage.loads()).isEqualTo(1));
    assertThat(texts(places)).isEqualTo(textsOfOneProcess());
  }

  @Test
  void executorsWithThePluginHaveTheModelOnEachAddressBeforeTheFirstTask() throws IOException {
    TextGenerator generator = generator();
    try (SparkSession spark =
        builder(1)
            .config("spark.plugins", PinionPlugin.class.getName())
            .config("spark.pinion.model.uri", model)
            .config("spark.pinion.model.dtype", "f32")
            .config("spark.pinion.model.device", "gpu")
            .getOrCreate()) {
      assertThat(places(generator.transform(rows(spark)))).hasSize(5 * PARTITIONS);
    }
    assertThat(generator.metrics().usage()).hasSize(4);
    assertThat(generator.metrics().usage()).allSatisfy(usage -> assertThat(usage.loads()).isZero());
  }

  @Test
  void aTaskWithTwoAddressesRunsTheModelSplitOverBoth() throws IOException {
    Map<Integer, Place> places;
    TextGenerator generator = generator();
    try (SparkSession spark = cluster(2)) {
      places = places(generator.transform(rows(spark)));
    }
    assertThat(places.values()).extracting(Place::addresses).containsOnly("0,1");
    assertThat(generator.metrics().usage()).hasSize(2);
    assertThat(generator.metrics().usage())
        .allSatisfy(
            usage -> {
              assertThat(usage.loads()).isEqualTo(1);
              assertThat(usage.device()).isEqualTo("cpu+cpu (address 0+1)");
            });
    assertThat(texts(places)).isEqualTo(textsOfOneProcess());
  }

  private static Map<Integer, String> texts(Map<Integer, Place> places) {
    return places.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().text));
  }
}
