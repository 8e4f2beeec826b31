package io.pinion.spark.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.apache.spark.util.CollectionAccumulator;
import org.junit.jupiter.api.Test;

class TaskSummariesTest {
  private static TaskSummary summary(String executor, long rows, String... failures) {
    TaskSummary summary = new TaskSummary();
    for (String failure : failures) {
      summary.failed(failure, executor + " failed");
    }
    summary.finished("stop");
    summary.prompt(5);
    summary.completion(0);
    summary.completion(3);
    summary.sampled(executor);
    summary.used(
        new DeviceUsage(executor, "cpu", "2 cores", rows, 5, 7, 1, 0.5, 0, 100, 1, 2, Map.of()));
    return summary;
  }

  @Test
  void whatTasksGetIsOfSparkAloneSoThatItsResultsCanBeReadWithoutPinion() throws Exception {
    // Spark sends what this returns to the tasks, and tasks send it back.
    CollectionAccumulator<byte[]> sent = new TaskSummaries().copyAndReset();
    sent.add(summary("1", 2, "no").bytes());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent.value());
    }
    ObjectInputStream ofSpark =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())) {
          @Override
          protected Class<?> resolveClass(java.io.ObjectStreamClass type)
              throws ClassNotFoundException {
            if (type.getName().startsWith("io.pinion")) {
              throw new ClassNotFoundException(type.getName());
            }
            return Class.forName(type.getName());
          }
        };
    assertThat(sent).isExactlyInstanceOf(CollectionAccumulator.class);
    assertThat((List<?>) ofSpark.readObject()).hasSize(1);
  }

  @Test
  void theDriverAddsUp() {
    TaskSummaries driver = new TaskSummaries();
    for (String executor : List.of("1", "2", "1")) {
      CollectionAccumulator<byte[]> task = driver.copyAndReset();
      task.add(summary(executor, 2, "no", "never").bytes());
      driver.merge(task);
    }
    assertThat(driver.all().failures()).isEqualTo(Map.of("no", 3L, "never", 3L));
    assertThat(driver.all().failedRows().get("no"))
        .containsExactly("1 failed", "2 failed", "1 failed");
    assertThat(driver.all().finishReasons()).isEqualTo(Map.of("stop", 3L));
    assertThat(driver.all().promptLengths().ranges())
        .containsExactly(new LengthHistogram.Range(4, 7, 3));
    assertThat(driver.all().completionLengths().ranges())
        .containsExactly(
            new LengthHistogram.Range(0, 0, 3),
            new LengthHistogram.Range(1, 1, 0),
            new LengthHistogram.Range(2, 3, 3));
    assertThat(driver.all().identities()).isEqualTo(new RowIdentities.Count(3, 1, true));
    assertThat(driver.all().usages())
        .extracting(usage -> usage.executor() + ":" + usage.rows() + ":" + usage.loads())
        .containsExactly("1:4:2", "2:2:1");
  }

  @Test
  void someFailedRowsOfEachMessageAreToldCutToALength() {
    TaskSummary all = new TaskSummary();
    for (int i = 0; i < 5; i++) {
      all.failed("no", "row " + i);
    }
    all.failed("long", "x".repeat(81));
    assertThat(all.failedRows().get("no")).containsExactly("row 0", "row 1", "row 2");
    assertThat(all.failedRows().get("long")).containsExactly("x".repeat(80) + "…");
  }

  @Test
  void afterTenMessagesTheRestAreCountedTogether() {
    TaskSummary all = new TaskSummary();
    for (int i = 0; i < 15; i++) {
      TaskSummary one = new TaskSummary();
      one.failed("message " + i % 12, "row " + i);
      all.merge(one);
    }
    assertThat(all.failures())
        .hasSize(11)
        .containsEntry("message 0", 2L)
        .containsEntry("other errors", 2L);
  }
}
