package io.pinion.spark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import io.pinion.spark.LocalSpark;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows find their answers, and stay where they are. */
class LedgerTest {
  private static SparkSession spark;
  @TempDir java.nio.file.Path folder;

  @BeforeAll
  static void start() {
    spark = LocalSpark.session("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static Dataset<Row> rows(int count, int partitions) {
    return spark.range(0, count, 1, partitions).selectExpr("id", "concat('text ', id % 10) AS t");
  }

  /** Each partition's ids in order. */
  private static List<List<Object>> ids(Dataset<Row> rows) {
    return rows.select("id").javaRDD().glom().collect().stream()
        .map(partition -> partition.stream().map(row -> row.get(0)).toList())
        .toList();
  }

  @Test
  void sparkSendsTheNumbersToTheirPartitions() {
    for (int partitions : List.of(1, 2, 7, 200)) {
      int[] numbers = PartitionNumbers.of(partitions);
      Dataset<Row> rows = spark.range(0, partitions, 1, 3).selectExpr("CAST(id AS INT) AS id");
      StructType schema = new StructType().add("id", "int").add("number", "int");
      Dataset<Row> numbered =
          spark.createDataFrame(
              rows.collectAsList().stream()
                  .map(row -> RowFactory.create(row.getInt(0), numbers[row.getInt(0)]))
                  .toList(),
              schema);
      List<List<Object>> spread = ids(numbered.repartition(partitions, functions.col("number")));
      for (int i = 0; i < partitions; i++) {
        assertThat(spread.get(i)).containsExactly(i);
      }
    }
  }

  @Test
  void rowsStayInTheirPartitionsAndInOrder() {
    Dataset<Row> rows = rows(1000, 7);
    Dataset<Row> other = spark.range(0, 1000, 3, 2).toDF();
    Dataset<Row> kept =
        RowPlaces.keep(
            rows, marked -> marked.repartition(5).join(other, "id", "left_anti").repartition(3));
    assertThat(ids(kept))
        .isEqualTo(
            ids(rows).stream()
                .map(ids -> ids.stream().filter(id -> (Long) id % 3 != 0).toList())
                .toList());
    assertThat(kept.columns()).containsExactly("id", "t");
  }

  @Test
  void eachRowGetsTheAnswerOfItsRequest() throws IOException {
    LedgerFolder place =
        new LedgerFolder(new Path(folder.resolve("answers").toUri()), new Configuration());
    RequestKeys keys = new RequestKeys("settings", List.of("t"));
    PieceWriter writer = new PieceWriter(place, "run", 0, 1, false, 0, System::nanoTime);
    PieceWriter again = new PieceWriter(place, "run", 0, 2, false, 0, System::nanoTime);
    for (Row row : rows(10, 1).collectAsList()) {
      if (row.getLong(0) % 2 == 0) {
        Completion text =
            new Completion("of " + row.get(1), FinishReason.STOP, new int[] {1}, new float[1]);
        writer.add(keys.of(row), new GenerationResult("a", 1, 0, List.of(text), null));
        // An error does not win over a text, whichever came last.
        again.add(keys.of(row), new GenerationResult("a", 1, 0, List.of(), new RowException("no")));
      }
    }
    writer.flush();
    again.flush();
    LedgerTask task = new LedgerTask(place, "next", keys, false, 0);
    Dataset<Row> rows = rows(100, 4);
    Dataset<Row> joined = new Ledger(task, Ledger.read(spark, place, true)).join(rows);
    assertThat(ids(joined)).isEqualTo(ids(rows));
    for (Row row : joined.collectAsList()) {
      assertThat(row.size()).isEqualTo(3);
      if (row.getLong(0) % 2 == 1) {
        assertThat(row.isNullAt(2)).isTrue();
      } else {
        GenerationResult result = Answer.result(row.getStruct(2));
        assertThat(result.completions().get(0).text()).isEqualTo("of " + row.get(1));
        assertThat(row.getStruct(2).<Boolean>getAs("cached")).isTrue();
      }
    }
    assertThat(new Ledger(task, null).join(rows)).isSameAs(rows);
  }

  @Test
  void keysDifferWithEveryPartOfARequest() {
    StructType schema = new StructType().add("a", "string").add("b", "string");
    List<Row> rows =
        spark
            .createDataFrame(
                List.of(
                    RowFactory.create("x", "y"),
                    RowFactory.create("xy", ""),
                    RowFactory.create("", "xy"),
                    RowFactory.create(null, "xy"),
                    RowFactory.create("xy", null),
                    RowFactory.create(null, null)),
                schema)
            .collectAsList();
    Set<RequestKey> keys = new HashSet<>();
    for (Row row : rows) {
      keys.add(new RequestKeys("s", List.of("a", "b")).of(row));
      keys.add(new RequestKeys("t", List.of("a", "b")).of(row));
    }
    assertThat(keys).hasSize(2 * rows.size());
    RequestKey key = new RequestKeys("s", List.of("a")).of(rows.get(0));
    assertThat(RequestKey.of(key.bytes())).isEqualTo(key);
    // The same in every version, or checkpoints would be lost.
    assertThat(key).hasToString("be038a0811749c73dd42bc372c303015");
  }

  @Test
  void veryManyPiecesBecomeFew() throws IOException {
    LedgerFolder place =
        new LedgerFolder(new Path(folder.resolve("answers").toUri()), new Configuration());
    int pieces = Ledger.MOST_PIECES + 1;
    for (int i = 0; i < pieces; i++) {
      PieceWriter writer = new PieceWriter(place, "run", i, i, false, 0, System::nanoTime);
      Completion text = new Completion("of " + i, FinishReason.STOP, new int[] {i}, new float[1]);
      // Every second one is there twice.
      RequestKey key = new RequestKey(i / 2, 0);
      writer.add(key, new GenerationResult("" + i, 1, 0, List.of(text), null));
      writer.flush();
    }
    Ledger.compact(spark, place, "compact");
    assertThat(place.pieces()).hasSizeLessThan(10);
    assertThat(PieceCounts.of(place, null, 0).rows()).isEqualTo(pieces / 2 + 1);
    Dataset<Row> answers = Ledger.read(spark, place, false);
    assertThat(answers.count()).isEqualTo(pieces / 2 + 1);
    GenerationResult last =
        Answer.result(answers.filter("row_id = '" + (pieces - 1) + "'").first());
    assertThat(last.completions().get(0).tokenIds()).containsExactly(pieces - 1);
    Ledger.compact(spark, place, "not-again");
    assertThat(java.nio.file.Files.exists(folder.resolve("answers/not-again"))).isFalse();
  }
}
