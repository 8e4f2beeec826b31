package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.spark.metric.GenerationMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of very different lengths, many of them equal, over real partitions. */
class RowOrderTest extends SparkTest {
  private static final StructType ROWS =
      StructType.fromDDL("id INT, text STRING, limit INT, guide STRING");

  /** Without an id column, so that equal prompts have equal texts with and without sharing. */
  private static TextGenerator generator() {
    return tinyGenerator()
        .setInputCol("text")
        .setBatchSize(4)
        .setGuideCol("guide")
        .setSamplingCols("max-tokens=limit");
  }

  /**
   * Every seventh text is null and every eleventh guide wrong; texts, limits, guides come often.
   */
  private static Dataset<Row> rows(int count) {
    Random random = new Random(8);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = random.nextInt(6);
      String text = i % 7 == 3 ? null : "x".repeat(1 + 9 * (kind % 3));
      String guide =
          i % 11 == 5 ? "{\"regex\": \"(\"}" : kind < 4 ? null : "{\"regex\": \"[ab]+\"}";
      rows.add(RowFactory.create(i, text, kind % 2 == 0 ? 2 : 30, guide));
    }
    return spark.createDataFrame(rows, ROWS);
  }

  /** Rows in the order in which they come out. */
  private static List<String> generated(TextGenerator generator, Dataset<Row> rows) {
    return generator.transform(rows).collectAsList().stream().map(Row::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void theRowsAreThoseOfNoLookAheadInTheSameOrder(double temperature) {
    Dataset<Row> rows = rows(80).coalesce(1);
    TextGenerator generator = generator().setTemperature(temperature).setSeed(3);
    List<String> oneByOne = generated(generator.setBatchSize(1).setLookAhead(1), rows);
    assertThat(oneByOne).hasSize(80);
    for (int ahead : new int[] {1, 2, 7}) {
      assertThat(generated(generator.setBatchSize(4).setLookAhead(ahead), rows))
          .isEqualTo(oneByOne);
    }
  }

  @Test
  void greedyRowsAreTheSameWithAndWithoutSharing() {
    Dataset<Row> rows = rows(80).coalesce(1);
    TextGenerator plain = generator();
    List<String> expected = generated(plain, rows);
    TextGenerator sharing = generator().setDeduplicate(true);
    assertThat(generated(sharing, rows)).isEqualTo(expected);
    GenerationMetrics all = plain.metrics();
    GenerationMetrics shared = sharing.metrics();
    assertThat(shared.rowsOk()).isEqualTo(all.rowsOk());
    assertThat(shared.rowsFailed()).isEqualTo(all.rowsFailed()).isGreaterThan(10);
    assertThat(all.rowsDeduplicated()).isZero();
    // Three texts with two limits each, of which four have no guide and two one of their own.
    assertThat(shared.rowsOk() - shared.rowsDeduplicated()).isEqualTo(6);
    assertThat(shared.completionTokens()).isPositive().isLessThan(all.completionTokens() / 5);
    assertThat(shared.promptTokens()).isLessThan(all.promptTokens() / 5);
    assertThat(shared.usage().get(0).rows()).isEqualTo(80);
    assertThat(shared.usage().get(0).completionTokens()).isEqualTo(shared.completionTokens());
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "1, 17", "8, 0"})
  void sampledRowsThatShareAreTheSameForAnyPartitionsAndWindows(int completions, long seed) {
    TextGenerator generator =
        generator()
            .setDeduplicate(true)
            .setIdCol("id")
            .setTemperature(1)
            .setSeed(seed)
            .setBatchSize(8)
            .setN(completions);
    Dataset<Row> rows = rows(60);
    List<String> expected = generated(generator, rows.repartition(1).sortWithinPartitions("id"));
    for (int partitions : new int[] {2, 7}) {
      for (int ahead : new int[] {1, 3}) {
        generator.setLookAhead(ahead);
        Dataset<Row> spread = generator.transform(rows.repartition(partitions)).orderBy("id");
        assertThat(spread.collectAsList().stream().map(Row::toString).toList()).isEqualTo(expected);
      }
    }
    assertThat(generated(generator.setSeed(seed + 1), rows.coalesce(1))).isNotEqualTo(expected);
  }

  @Test
  void rowsWithTheSamePromptAreOneRequestOnlyWhereAllElseIsEqual() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(RowFactory.create(i, "same", 5 + i % 3, null));
    }
    Dataset<Row> same = spark.createDataFrame(rows, ROWS).coalesce(1);
    TextGenerator generator = generator().setDeduplicate(true).setIdCol("id").setTemperature(1);
    generated(generator, same);
    assertThat(generator.metrics().rowsDeduplicated()).isEqualTo(9);
  }

  @Test
  void aFailedRowIsNamedByItsOwnIdWithSharingToo() {
    List<Row> rows =
        List.of(
            RowFactory.create(70, "fine", 3, null),
            RowFactory.create(71, "long ".repeat(40), 3, null),
            RowFactory.create(72, "long ".repeat(40), 3, null));
    Dataset<Row> two = spark.createDataFrame(rows, ROWS).coalesce(1);
    TextGenerator generator = generator().setDeduplicate(true).setIdCol("id");
    List<Row> kept = generator.transform(two).collectAsList();
    assertThat(kept.get(1).<Row>getAs("error").<String>getAs("message")).contains("tokens");
    assertThat(kept.get(2).<Row>getAs("error")).isEqualTo(kept.get(1).<Row>getAs("error"));
    assertThat(generator.metrics().rowsFailed()).isEqualTo(2);
    assertThat(generator.metrics().rowsDeduplicated()).isEqualTo(1);
    assertThatThrownBy(() -> generator.setOnError("fail").transform(two).collectAsList())
        .hasStackTraceContaining("row 71 failed, and on-error is fail");
  }

  @Test
  void aTaskThatIsLeftEarlyFreesItsSlotsForTheNext() {
    TextGenerator generator = generator().setSamplingCols().setMaxTokens(60).setIgnoreEos(true);
    Dataset<Row> rows = rows(80).filter("guide IS NULL AND text IS NOT NULL").coalesce(1);
    assertThat(generator.transform(rows).limit(1).collectAsList()).hasSize(1);
    assertThat(generator.transform(rows).collectAsList()).hasSizeGreaterThan(20);
  }
}
