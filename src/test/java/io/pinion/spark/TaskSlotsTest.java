package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.spark.task.PartitionFunction;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** What keeps generation from running in all tasks is told. */
class TaskSlotsTest extends SparkTest {
  private static final String ONE =
      "1 partition generates while 2 tasks could run, since a limit, coalesce or sort before it"
          + " leaves all rows in one: put repartition(2) between them";

  private static Dataset<Row> rows() {
    return spark.range(0, 12, 1, 6).selectExpr("id", "CAST(id AS STRING) AS text");
  }

  private static List<String> warnings(Dataset<Row> rows) {
    return LoggedWarnings.of(
        TextGenerator.class, () -> tinyGenerator().setInputCol("text").transform(rows));
  }

  @Test
  void rowsInOnePartitionAreWarnedOf() {
    assertThat(warnings(rows().limit(4))).containsExactly(ONE);
    assertThat(warnings(rows().limit(4).filter("id > 1").withColumn("x", functions.lit(1))))
        .containsExactly(ONE);
    assertThat(warnings(rows().coalesce(1))).containsExactly(ONE);
  }

  @Test
  void rowsThatAreSpreadAreNot() {
    assertThat(warnings(rows())).isEmpty();
    assertThat(warnings(rows().limit(4).repartition(2))).isEmpty();
    assertThat(warnings(rows().limit(1))).isEmpty();
    assertThat(warnings(spark.sql("SELECT 'a' AS text"))).isEmpty();
    assertThat(warnings(rows().filter("id > 3").repartition(3))).isEmpty();
  }

  @Test
  void aCoalesceBehindTheGeneratorIsWarnedOfOnceByItsTask() {
    Dataset<Row> made = tinyGenerator().setInputCol("text").setMaxTokens(1).transform(rows());
    assertThat(
            LoggedWarnings.of(
                PartitionFunction.class, () -> assertThat(made.coalesce(1).count()).isEqualTo(12)))
        .containsExactly(
            "generation runs in 1 of 2 tasks that could run, each with several partitions one"
                + " after another, since coalesce(1) follows the generator: write the rows before it, or put"
                + " repartition(1) in its place");
    for (Dataset<Row> spread : List.of(made, made.repartition(1), made.coalesce(2))) {
      assertThat(
              LoggedWarnings.of(
                  PartitionFunction.class, () -> assertThat(spread.collectAsList()).hasSize(12)))
          .isEmpty();
    }
  }
}
