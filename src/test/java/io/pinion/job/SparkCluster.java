package io.pinion.job;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A standalone master and workers of two cores and two made-up GPUs each, as processes of their
 * own. Needs SPARK_HOME, which {@code bin/pinion test} sets.
 */
final class SparkCluster implements AutoCloseable {
  private final Path folder;
  private final String master;
  private final Map<String, Process> workers = new LinkedHashMap<>();
  private final List<Process> started = new ArrayList<>();

  private SparkCluster(Path folder, String master) {
    this.folder = folder;
    this.master = master;
  }

  /** Starts a master with two workers. */
  static SparkCluster start(Path folder) throws IOException {
    assumeThat(System.getenv("SPARK_HOME"))
        .as("SPARK_HOME names no Spark distribution; bin/pinion test fetches one")
        .isNotNull();
    int port = freePort();
    SparkCluster cluster = new SparkCluster(folder, "spark://127.0.0.1:" + port);
    cluster.script("gpus.sh", "echo '{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}'");
    cluster.script("no-gpus.sh", "echo 'no driver is loaded' >&2; exit 1");
    cluster.daemon(
        "master",
        "gpus.sh",
        "org.apache.spark.deploy.master.Master",
        "--host",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--webui-port",
        "0");
    cluster.worker("worker-1", "gpus.sh");
    cluster.worker("worker-2", "gpus.sh");
    return cluster;
  }

  private void script(String name, String line) throws IOException {
    Path script = folder.resolve(name);
    Files.writeString(script, "#!/bin/sh\n" + line + "\n");
    if (!script.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + script + " executable");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String master() {
    return master;
  }

  /** Starts a worker whose GPUs a script finds. */
  void worker(String name, String script) throws IOException {
    workers.put(
        name,
        daemon(
            name,
            script,
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
            folder.resolve(name).toString(),
            master));
  }

  private Process daemon(String name, String script, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(System.getenv("SPARK_HOME") + "/bin/spark-class"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = process(name + ".log", command);
    builder
        .environment()
        .put(
            "SPARK_WORKER_OPTS",
            "-Dspark.worker.resource.gpu.amount=2 -Dspark.worker.resource.gpu.discoveryScript="
                + folder.resolve(script));
    return started(builder.start());
  }

  private Process started(Process process) {
    started.add(process);
    return process;
  }

  private ProcessBuilder process(String log, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(log).toFile()));
    builder.environment().putAll(Map.of("SPARK_LOCAL_IP", "127.0.0.1"));
    return builder;
  }

  /**
   * Starts {@code bin/pinion run} on the cluster.
   *
   * @param log the file for what it prints
   * @param arguments of the job
   * @param submit further arguments of spark-submit
   */
  Process run(String log, List<String> arguments, List<String> submit) throws IOException {
    List<String> command = new ArrayList<>(List.of("bin/pinion", "run"));
    command.addAll(arguments);
    command.addAll(List.of("--", "--master", master, "--executor-memory", "1g"));
    command.addAll(submit);
    return started(process(log, command).start());
  }

  /** The executors that run now. */
  List<ProcessHandle> executors() {
    return workers.values().stream()
        .flatMap(Process::descendants)
        .filter(SparkCluster::isExecutor)
        .toList();
  }

  private static boolean isExecutor(ProcessHandle process) {
    // The command line of a JVM with Spark's class path is longer than what ProcessHandle tells.
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false;
    }
  }

  /** Kills a worker with its executors. */
  void kill(String worker) throws InterruptedException {
    Process process = workers.remove(worker);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  boolean hasWorker(String worker) {
    Process process = workers.get(worker);
    return process != null && process.isAlive();
  }

  @Override
  public void close() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
