package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.job.file.JobFile.Input;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Partitions that keep a device's batch full. */
class InputPartitionsTest extends JobTest {
  @ParameterizedTest
  @CsvSource({
    // Many tiny partitions become as few as there are tasks.
    "64, 2, 1, 2000, 2",
    "64, 8, 2, 2000, 8",
    // Large ones stay, and so do those whose size is not known.
    "64, 2, 1, 1e10, 64",
    "64, 2, 1, 9.2e18, 64",
    "64, 2, 1, 10485760, 10",
    // Fewer than tasks are spread, unless one executor runs all.
    "1, 8, 2, 1e10, 8",
    "1, 8, 1, 1e10, 1",
    "8, 8, 2, 10, 8",
    "0, 8, 2, 0, 0"
  })
  void thePartitionsFitTheExecutors(int there, int slots, int executors, double bytes, int wanted) {
    assertThat(InputPartitions.wanted(there, slots, executors, bytes)).isEqualTo(wanted);
  }

  private static int spread(Dataset<Row> rows, int limit, int partitions) {
    Input input = new Input("json", List.of(), null, null, Map.of(), limit, partitions);
    return InputPartitions.spread(rows, input).javaRDD().getNumPartitions();
  }

  @Test
  void noRowIsReadToFindTheirNumber() throws Exception {
    Dataset<Row> rows = SparkSession.active().range(0, 64, 1, 64).toDF();
    AtomicInteger jobs = new AtomicInteger();
    SparkSession.active()
        .sparkContext()
        .addSparkListener(
            new SparkListener() {
              @Override
              public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
              }
            });
    assertThat(spread(rows, 0, Input.AUTO)).isEqualTo(2);
    assertThat(spread(rows, 0, 0)).isEqualTo(64);
    SparkSession.active().sparkContext().listenerBus().waitUntilEmpty();
    assertThat(jobs).hasValue(0);
  }

  @Test
  void aNumberAndALimitSpreadTheRows() {
    Dataset<Row> rows = SparkSession.active().range(0, 64, 1, 64).toDF();
    assertThat(spread(rows, 0, 7)).isEqualTo(7);
    assertThat(spread(rows.limit(9), 9, Input.AUTO)).isEqualTo(2);
  }

  @Test
  void progressIsShownWithoutCountingTheRowsFirst() throws Exception {
    rows(5);
    assertThat(run(job("mode: overwrite", ""), "--progress")).as(printed()).isZero();
    assertThat(printed()).doesNotContain("/5 rows");
    assertThat(run(job("mode: overwrite", "resume: true\n"), "--progress")).as(printed()).isZero();
  }
}
