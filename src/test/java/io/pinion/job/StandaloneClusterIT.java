package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code bin/pinion run} against a standalone master with two workers, each with two (simulated)
 * GPUs. Needs SPARK_HOME, which {@code bin/pinion test} sets, and the jar that {@code mvn package}
 * makes.
 */
class StandaloneClusterIT {
  private static final int ROWS = 200;

  @TempDir Path folder;
  private SparkCluster cluster;

  @BeforeEach
  void startCluster() throws IOException {
    cluster = SparkCluster.start(folder);
  }

  @AfterEach
  void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private Path job(int partitions) throws IOException {
    TinyModelDirectory.write(folder.resolve("model"), 4);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      rows.append("{\"id\": ").append(i).append(", \"text\": \"row ").append(i).append("\"}\n");
    }
    Files.writeString(folder.resolve("rows.jsonl"), rows);
    Path job = folder.resolve("job.yaml");
    Files.writeString(
        job,
        """
        input: {path: %1$s/rows.jsonl, id-column: id, partitions: %2$d}
        output: {path: %1$s/out, mode: overwrite}
        model: {uri: %1$s/model, dtype: f32, device: gpu}
        prompt: {template: "{{ text }}"}
        sampling: {max-tokens: 6}
        """
            .formatted(folder, partitions));
    return job;
  }

  private String run(Path job, int addressesOfAnExecutor, String ofATask) throws Exception {
    Process process =
        cluster.run(
            "run.log",
            List.of(job.toString(), "--report", folder.resolve("report.json").toString()),
            List.of(
                "--conf",
                "spark.executor.resource.gpu.amount=" + addressesOfAnExecutor,
                "--conf",
                "spark.task.resource.gpu.amount=" + ofATask,
                "--conf",
                "spark.pinion.device.simulate=cpu"));
    int status = process.waitFor();
    String printed = Files.readString(folder.resolve("run.log"));
    assertThat(status).as(printed).isZero();
    return printed;
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  private TreeSet<Integer> writtenIds() throws IOException {
    TreeSet<Integer> ids = new TreeSet<>();
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).toList()) {
        for (String line : Files.readAllLines(file)) {
          JsonNode row = new ObjectMapper().readTree(line);
          assertThat(row.path("completion_tokens").asInt()).isPositive();
          assertThat(ids.add(row.path("id").asInt())).as(line).isTrue();
        }
      }
    }
    return ids;
  }

  @Test
  void eachExecutorLoadsOneModelForEachOfItsAddresses() throws Exception {
    String printed = run(job(40), 2, "1");
    assertThat(writtenIds()).hasSize(ROWS);
    assertThat(report().path("rows_ok").asInt()).isEqualTo(ROWS);
    List<String> devices = new ArrayList<>();
    for (JsonNode device : report().path("devices")) {
      devices.add(device.path("executor").asText() + " " + device.path("device").asText());
      assertThat(device.path("model_loads").asInt()).isEqualTo(1);
    }
    assertThat(devices)
        .containsExactlyInAnyOrder(
            "0 cpu (address 0)", "0 cpu (address 1)", "1 cpu (address 0)", "1 cpu (address 1)");
    assertThat(printed).doesNotContain("WARN").doesNotContain("\tat ");
  }

  @Test
  void tasksWithHalfAnAddressShareItsModel() throws Exception {
    run(job(40), 1, "0.5");
    assertThat(writtenIds()).hasSize(ROWS);
    assertThat(report().path("devices"))
        .allSatisfy(
            device -> {
              assertThat(device.path("device").asText()).matches("cpu \\(address [01]\\)");
              assertThat(device.path("model_loads").asInt()).isEqualTo(1);
            })
        .extracting(device -> device.path("executor").asText())
        .containsExactlyInAnyOrder("0", "1");
  }

  @Test
  void aTaskWithTwoAddressesRunsTheModelSplitOverBoth() throws Exception {
    run(job(8), 2, "2");
    assertThat(writtenIds()).hasSize(ROWS);
    assertThat(report().path("devices"))
        .allSatisfy(
            device -> {
              assertThat(device.path("device").asText()).isEqualTo("cpu+cpu (address 0+1)");
              assertThat(device.path("model_loads").asInt()).isEqualTo(1);
            })
        .hasSize(2);
  }
}
