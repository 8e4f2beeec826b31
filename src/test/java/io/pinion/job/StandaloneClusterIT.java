package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
  private final List<Process> started = new ArrayList<>();
  private String master;

  @BeforeEach
  void startCluster() throws IOException {
    assumeThat(System.getenv("SPARK_HOME"))
        .as("SPARK_HOME names no Spark distribution; bin/pinion test fetches one")
        .isNotNull();
    Files.writeString(
        script(), "#!/bin/sh\necho '{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}'\n");
    assertThat(script().toFile().setExecutable(true)).isTrue();
    int port = freePort();
    master = "spark://127.0.0.1:" + port;
    daemon(
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    for (String worker : List.of("worker-1", "worker-2")) {
      daemon(
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          "127.0.0.1",
          "--cores",
          "2",
          "--memory",
          "1g",
          "--webui-port",
          "0",
          "--work-dir",
          folder.resolve(worker).toString(),
          master);
    }
  }

  @AfterEach
  void stopCluster() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Path script() {
    return folder.resolve("gpus.sh");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void daemon(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(System.getenv("SPARK_HOME") + "/bin/spark-class"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = process("daemon-" + started.size() + ".log", command);
    builder
        .environment()
        .put(
            "SPARK_WORKER_OPTS",
            "-Dspark.worker.resource.gpu.amount=2 -Dspark.worker.resource.gpu.discoveryScript="
                + script());
    started.add(builder.start());
  }

  private ProcessBuilder process(String log, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(log).toFile());
    builder.environment().putAll(Map.of("SPARK_LOCAL_IP", "127.0.0.1"));
    return builder;
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

  private String run(Path job, int addressesOfATask) throws Exception {
    List<String> command =
        List.of(
            "bin/pinion",
            "run",
            job.toString(),
            "--report",
            folder.resolve("report.json").toString(),
            "--",
            "--master",
            master,
            "--executor-memory",
            "1g",
            "--conf",
            "spark.executor.resource.gpu.amount=2",
            "--conf",
            "spark.task.resource.gpu.amount=" + addressesOfATask,
            "--conf",
            "spark.pinion.device.simulate=cpu");
    Process process = process("run.log", command).start();
    started.add(process);
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
    String printed = run(job(40), 1);
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
  void aTaskWithTwoAddressesRunsTheModelSplitOverBoth() throws Exception {
    run(job(8), 2);
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
