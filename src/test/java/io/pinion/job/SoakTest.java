package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.ProcessStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A job of many rows takes no more of the machine at its end than in its middle, and is run again
 * from its checkpoint. A long run by hand: {@code mvn test -Dtest=SoakTest -Dsoak.rows=200000
 * -Dsoak.partitions=64}, which prints its samples.
 */
class SoakTest extends JobTest {
  private static final int ROWS = Integer.getInteger("soak.rows", 1500);
  private static final int PARTITIONS = Integer.getInteger("soak.partitions", 40);
  private static final int SAMPLE_SECONDS = 2;
  private static final int FEW = 12;
  private static final long SLACK_KILOBYTES = 300_000;

  /** What the process holds. */
  private record Sample(long seconds, long residentKilobytes, long threads, long files) {
    static Sample now(long begin) throws IOException {
      try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
        return new Sample(
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
            ProcessStatus.allocatedKilobytes(),
            ManagementFactory.getThreadMXBean().getThreadCount(),
            files.count());
      }
    }
  }

  private List<Sample> sampled(String job) throws Exception {
    List<Sample> samples = new ArrayList<>();
    ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    long begin = System.nanoTime();
    sampler.scheduleWithFixedDelay(
        () -> {
          try {
            samples.add(Sample.now(begin));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        SAMPLE_SECONDS,
        SAMPLE_SECONDS,
        TimeUnit.SECONDS);
    int code = run(job, "--report", folder.resolve("report.json").toString());
    sampler.shutdown();
    assertThat(sampler.awaitTermination(1, TimeUnit.HOURS)).isTrue();
    assertThat(code).as(printed()).isZero();
    return samples;
  }

  /** The most of what samples say. */
  private static Sample most(List<Sample> samples) {
    return samples.stream()
        .reduce(
            new Sample(0, 0, 0, 0),
            (a, b) ->
                new Sample(
                    b.seconds,
                    Math.max(a.residentKilobytes, b.residentKilobytes),
                    Math.max(a.threads, b.threads),
                    Math.max(a.files, b.files)));
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void theLastRowsTakeNoMoreThanTheFirst() throws Exception {
    rows(ROWS);
    String checkpoint = "checkpoint: \"" + folder.resolve("checkpoint") + "\"\n";
    String job =
        job(
            "path: \"" + folder.resolve("rows.jsonl") + "\", partitions: " + PARTITIONS,
            "path: \"" + folder.resolve("out") + "\", mode: overwrite",
            "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\nresume: true\n"
                + checkpoint);
    List<Sample> samples = sampled(job);
    samples.forEach(System.out::println);
    assertThat(report().path("rows_ok").asInt()).isEqualTo(ROWS);
    if (samples.size() > FEW) {
      Sample middle = most(samples.subList(samples.size() / 4, samples.size() / 2));
      Sample end = most(samples.subList(3 * samples.size() / 4, samples.size()));
      assertThat(end.threads).isLessThanOrEqualTo(middle.threads + FEW);
      assertThat(end.files).isLessThanOrEqualTo(middle.files + FEW);
      // Garbage that is not collected yet is not told apart from a leak of less.
      assertThat(end.residentKilobytes).isLessThan(middle.residentKilobytes + SLACK_KILOBYTES);
    }
    List<Sample> again = sampled(job);
    assertThat(report().path("resumed_rows").asInt()).isEqualTo(ROWS);
    assertThat(report().path("model_loads").asInt()).isZero();
    System.out.println("again, from the checkpoint: " + most(again));
  }
}
