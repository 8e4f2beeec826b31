package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.ledger.LedgerFolder;
import io.pinion.spark.ledger.PieceCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Jobs with a checkpoint on a cluster in which something goes wrong, at a moment that a seed
 * chooses: their rows are those of an undisturbed run, byte for byte, each once.
 *
 * <p>A long run by hand: {@code mvn verify -Dit.test=ChaosIT -Dchaos.seeds=50}, and on a real model
 * with {@code -Dchaos.model=PATH}.
 */
class ChaosIT {
  private static final int SEEDS = Integer.getInteger("chaos.seeds", 6);
  private static final int FIRST_SEED = Integer.getInteger("chaos.seed", 1);
  private static final String MODEL = System.getProperty("chaos.model");
  private static final int ROWS = Integer.getInteger("chaos.rows", 600);
  private static final int PARTITIONS = 12;
  private static final int LOOK_MILLIS = 20;

  @TempDir Path folder;
  private SparkCluster cluster;
  private final StringBuilder log = new StringBuilder();

  /** What goes wrong. */
  private enum Fault {
    EXECUTOR_AT_LOAD,
    EXECUTOR_WHILE_GENERATING,
    EXECUTOR_AT_COMMIT,
    DRIVER,
    WORKER,
    DISK_FULL,
    DISCOVERY_SCRIPT,
    SLOW_NODE,
    DYNAMIC_ALLOCATION,
    DRIVER_TWICE
  }

  @BeforeEach
  void startCluster() throws IOException {
    cluster = SparkCluster.start(folder);
    if (MODEL == null) {
      TinyModelDirectory.write(folder.resolve("model"), 4);
    }
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < ROWS; i++) {
      rows.append("{\"id\": %d, \"text\": \"row %d\"}\n".formatted(i, i));
    }
    Files.writeString(folder.resolve("rows.jsonl"), rows);
    copyClasses();
  }

  /** Spark's own class loader needs the file system's classes, and must not see others of these. */
  private void copyClasses() throws IOException {
    Path from = Path.of("target/test-classes/io/pinion/job");
    Path to = Files.createDirectories(folder.resolve("classes/io/pinion/job"));
    try (Stream<Path> classes = Files.list(from)) {
      for (Path each :
          classes.filter(file -> file.getFileName().toString().startsWith("FullDisk")).toList()) {
        Files.copy(each, to.resolve(each.getFileName()));
      }
    }
  }

  @AfterEach
  void stopCluster() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void whateverGoesWrongTheRowsAreThoseOfAnUndisturbedRun() throws Exception {
    List<List<String>> undisturbed = List.of(undisturbed(0), undisturbed(1));
    for (int seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Fault fault = Fault.values()[(seed - 1) % Fault.values().length];
      int temperature = (seed + seed / Fault.values().length) % 2;
      Chaos chaos = new Chaos(seed, fault, temperature);
      chaos.run();
      assertThat(rows(chaos.output)).as(chaos.toString()).isEqualTo(undisturbed.get(temperature));
      System.out.println(chaos);
      restoreWorkers();
    }
  }

  private void restoreWorkers() throws IOException {
    for (String worker : List.of("worker-1", "worker-2")) {
      if (!cluster.hasWorker(worker)) {
        cluster.worker(worker, "gpus.sh");
      }
    }
  }

  private List<String> undisturbed(int temperature) throws Exception {
    Path output = folder.resolve("undisturbed-" + temperature);
    Path job = job("undisturbed-" + temperature, output.toString(), temperature, "");
    Process run = cluster.run("undisturbed.log", List.of(job.toString()), conf());
    assertThat(run.waitFor()).as(Files.readString(folder.resolve("undisturbed.log"))).isZero();
    return rows(output);
  }

  private Path job(String name, String output, int temperature, String more) throws IOException {
    Path job = folder.resolve(name + ".yaml");
    Files.writeString(
        job,
        """
        input: {path: %1$s/rows.jsonl, id-column: id, partitions: %6$d}
        output: {path: "%2$s"}
        model: {uri: "%3$s", dtype: f32}
        prompt: {template: "{{ text }}"}
        sampling: {max-tokens: 40, temperature: %4$d}
        batch: {slots: 4}
        %5$s
        """
            .formatted(
                folder,
                output,
                MODEL == null ? folder + "/model" : MODEL,
                temperature,
                more,
                PARTITIONS));
    return job;
  }

  private List<String> conf(String... more) {
    List<String> conf = new ArrayList<>();
    for (String each :
        Stream.concat(
                Stream.of(
                    "spark.executor.resource.gpu.amount=2",
                    "spark.task.resource.gpu.amount=1",
                    "spark.pinion.device.simulate=cpu",
                    // Killing an executor is no fault of the task's, but several in a row are.
                    "spark.task.maxFailures=20",
                    "spark.deploy.maxExecutorRetries=-1",
                    "spark.excludeOnFailure.enabled=false"),
                Stream.of(more))
            .toList()) {
      conf.add("--conf");
      conf.add(each);
    }
    return conf;
  }

  /** The rows of an output, in the order of their ids. */
  private static List<String> rows(Path output) throws IOException {
    List<String> rows = new ArrayList<>();
    try (Stream<Path> files = Files.list(output)) {
      for (Path file :
          files.filter(path -> path.getFileName().toString().startsWith("part-")).toList()) {
        rows.addAll(Files.readAllLines(file));
      }
    }
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> parsed = new ArrayList<>();
    for (String row : rows) {
      parsed.add(json.readTree(row));
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      order.add(i);
    }
    order.sort((a, b) -> parsed.get(a).path("id").asInt() - parsed.get(b).path("id").asInt());
    return order.stream().map(rows::get).toList();
  }

  /** One job that is disturbed. */
  private final class Chaos {
    final int seed;
    final Fault fault;
    final int temperature;
    final Random random;
    final Path output;
    final Path checkpoint;
    final Path mark;
    final List<String> events = new ArrayList<>();

    Chaos(int seed, Fault fault, int temperature) {
      this.seed = seed;
      this.fault = fault;
      this.temperature = temperature;
      this.random = new Random(seed);
      this.output = folder.resolve("out-" + seed);
      this.checkpoint = folder.resolve("checkpoint-" + seed);
      this.mark = folder.resolve("full-" + seed);
    }

    void run() throws Exception {
      String place = fault == Fault.DISK_FULL ? "full://" + output : output.toString();
      String more =
          "resume: true\ncheckpoint: \"%s\"\ncheckpoint-interval: 1\n".formatted(checkpoint);
      Path job = job("job-" + seed, place, temperature, more);
      if (fault == Fault.DISCOVERY_SCRIPT) {
        cluster.kill("worker-2");
        cluster.worker("worker-2", "no-gpus.sh");
        events.add("the second worker's discovery script fails");
      }
      Process first = start(job);
      disturb(first);
      int code = first.waitFor();
      if (fault == Fault.DRIVER_TWICE) {
        Process second = start(job);
        awaitMoment(second);
        second.destroyForcibly().waitFor();
        events.add("driver killed again, " + finished() + " rows finished");
      }
      if (code != 0) {
        events.add("exit code " + code + ", run again with " + finished() + " rows finished");
        Files.deleteIfExists(mark);
        assertThat(start(job).waitFor()).as(printed()).isZero();
      }
      JsonNode report = new ObjectMapper().readTree(report().toFile());
      events.add("resumed " + report.path("resumed_rows").asInt());
    }

    private Path report() {
      return folder.resolve("report-" + seed + ".json");
    }

    private String printed() throws IOException {
      return Files.readString(folder.resolve("run-" + seed + ".log"));
    }

    private Process start(Path job) throws IOException {
      List<String> more =
          switch (fault) {
            case SLOW_NODE ->
                List.of(
                    "spark.speculation=true",
                    "spark.speculation.interval=100ms",
                    "spark.speculation.multiplier=1.1",
                    "spark.speculation.quantile=0.3");
            case DYNAMIC_ALLOCATION ->
                List.of(
                    "spark.dynamicAllocation.enabled=true",
                    "spark.dynamicAllocation.shuffleTracking.enabled=true",
                    "spark.dynamicAllocation.executorIdleTimeout=2s",
                    "spark.executor.cores=1",
                    "spark.executor.resource.gpu.amount=1",
                    "spark.executor.memory=512m");
            case DISK_FULL ->
                List.of(
                    "spark.hadoop.fs.full.impl=" + FullDisk.class.getName(),
                    "spark.hadoop." + FullDisk.MARK + "=" + mark,
                    "spark.driver.extraClassPath=" + folder.resolve("classes"),
                    "spark.executor.extraClassPath=" + folder.resolve("classes"));
            default -> List.of();
          };
      return cluster.run(
          "run-" + seed + ".log",
          List.of(job.toString(), "--report", report().toString()),
          conf(more.toArray(String[]::new)));
    }

    private void disturb(Process run) throws Exception {
      switch (fault) {
        case EXECUTOR_AT_LOAD -> {
          await(run, () -> !cluster.executors().isEmpty());
          pause(1500);
          killExecutor();
        }
        case EXECUTOR_WHILE_GENERATING, DYNAMIC_ALLOCATION, DISCOVERY_SCRIPT -> {
          awaitSomeRows(run);
          killExecutor();
        }
        case EXECUTOR_AT_COMMIT -> {
          int tasks = 1 + random.nextInt(PARTITIONS / 2);
          await(run, () -> committedTasks() >= tasks);
          killExecutor();
        }
        case DRIVER, DRIVER_TWICE -> {
          awaitMoment(run);
          run.destroyForcibly();
          events.add("driver killed, " + finished() + " rows finished");
        }
        case WORKER -> {
          awaitSomeRows(run);
          cluster.kill("worker-1");
          events.add("a worker lost");
        }
        case DISK_FULL -> {
          await(run, () -> pieces() > 0);
          Files.createFile(mark);
          events.add("disk full");
        }
        case SLOW_NODE -> {
          awaitSomeRows(run);
          ProcessHandle slow = victim().orElseThrow();
          signal("STOP", slow);
          TimeUnit.SECONDS.sleep(6);
          signal("CONT", slow);
          events.add("an executor stood still for 6 s");
        }
        default -> throw new AssertionError(fault);
      }
    }

    /** Waits until executors start, some rows are finished, or tasks have committed their files. */
    private void awaitMoment(Process run) throws InterruptedException {
      switch (seed / Fault.values().length % 3) {
        case 0 -> awaitSomeRows(run);
        case 1 -> await(run, () -> committedTasks() > random.nextInt(PARTITIONS));
        default -> {
          await(run, () -> !cluster.executors().isEmpty());
          pause(1500);
        }
      }
    }

    private void awaitSomeRows(Process run) throws InterruptedException {
      long rows = 1 + random.nextInt(ROWS * 2 / 3);
      await(run, () -> finished() >= rows);
    }

    private void pause(int most) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(most));
    }

    /** Waits for a moment, or for the end of the run. */
    private void await(Process run, BooleanSupplier moment) throws InterruptedException {
      while (run.isAlive() && !moment.getAsBoolean()) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
    }

    private Optional<ProcessHandle> victim() {
      List<ProcessHandle> executors = cluster.executors();
      return executors.isEmpty()
          ? Optional.empty()
          : Optional.of(executors.get(random.nextInt(executors.size())));
    }

    private void killExecutor() throws IOException {
      victim().ifPresent(ProcessHandle::destroyForcibly);
      events.add("an executor killed, " + finished() + " rows finished");
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    private long pieces() {
      return count(checkpoint.resolve("answers"), ".parquet");
    }

    /** How many tasks have handed in their files, which the driver moves when all have. */
    private long committedTasks() {
      try (Stream<Path> all = Files.walk(folder, 6, FileVisitOption.FOLLOW_LINKS)) {
        return all.filter(path -> path.toString().contains("/.out-" + seed + ".pinion-"))
            .filter(path -> path.getFileName().toString().startsWith("task_"))
            .count();
      } catch (IOException | UncheckedIOException e) {
        // It changes while it is walked through.
        return 0;
      }
    }

    private long finished() {
      LedgerFolder answers =
          new LedgerFolder(
              new org.apache.hadoop.fs.Path(checkpoint.resolve("answers").toUri()),
              new Configuration());
      try {
        return PieceCounts.of(answers, null, 0).rows();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static long count(Path folder, String ending) {
      if (!Files.exists(folder)) {
        return 0;
      }
      try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
        return files
            .map(path -> path.getFileName().toString())
            .filter(name -> !name.startsWith(".") && name.endsWith(ending))
            .count();
      } catch (IOException | UncheckedIOException e) {
        // It changes while it is walked through.
        return 0;
      }
    }

    @Override
    public String toString() {
      return "seed %d, %s, temperature %d: %s"
          .formatted(seed, fault, temperature, String.join("; ", events));
    }
  }
}
