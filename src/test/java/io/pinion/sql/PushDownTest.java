package io.pinion.sql;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.spark.TextGenerator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/** What is done before anything is generated: in SQL, and after the transformer. */
class PushDownTest extends SqlTest {
  /** Counts in tasks, which run in this JVM. */
  private static final AtomicReference<AtomicLong> READ = new AtomicReference<>();

  private static TextGenerator generator() {
    return new TextGenerator()
        .setModelUrl(model)
        .setDtype("f32")
        .setMaxTokens(4)
        .setInputCol("body");
  }

  private static long generatedBy(String query) {
    Dataset<Row> rows = spark.sql(query);
    rows.collectAsList();
    return generated(rows);
  }

  @Test
  void filtersOnOtherColumnsComeFirst() {
    String texts = "(SELECT id, team, pinion_generate(body) AS text FROM mails)";
    assertThat(generatedBy("SELECT * FROM " + texts + " WHERE id < 5")).isEqualTo(5);
    assertThat(
            generatedBy(
                "SELECT * FROM " + texts + " WHERE team = 'red' AND text IS NOT NULL AND id < 10"))
        .isEqualTo(5);
    assertThat(generatedBy("SELECT * FROM " + texts + " WHERE text IS NOT NULL OR id < 10"))
        .isEqualTo(ROWS);
    assertThat(
            generatedBy(
                "SELECT * FROM "
                    + texts
                    + " WHERE id IN (SELECT max(id) FROM mails GROUP BY team)"))
        .isEqualTo(2);
    assertThat(
            generatedBy(
                "SELECT * FROM "
                    + texts
                    + " t JOIN VALUES (3), (4) AS v(id) USING (id) WHERE v.id = 3"))
        .isEqualTo(1);
  }

  @Test
  void aConditionThatIsNotDeterministicStays() {
    assertThat(
            generatedBy(
                "SELECT * FROM (SELECT id, pinion_generate(body) AS t FROM mails) WHERE rand() < 2"))
        .isEqualTo(ROWS);
  }

  @Test
  void aLimitGeneratesThatManyRows() {
    assertThat(generatedBy("SELECT pinion_generate(body) FROM mails LIMIT 3")).isEqualTo(3);
    assertThat(generatedBy("SELECT upper(pinion_generate(body)) FROM mails LIMIT 3 OFFSET 2"))
        .isEqualTo(5);
  }

  @Test
  void aLimitAboveAConditionOnTheTextReadsNoFurtherThanItMust() {
    AtomicLong read = new AtomicLong();
    READ.set(read);
    spark
        .udf()
        .register(
            "counted",
            functions
                .udf(
                    (UDF1<Long, String>)
                        id -> {
                          READ.get().incrementAndGet();
                          return "row " + id;
                        },
                    DataTypes.StringType)
                .asNondeterministic());
    spark.range(0, 3000, 1, 1).createOrReplaceTempView("many");
    assertThat(
            rows(
                "SELECT t FROM (SELECT pinion_generate(counted(id)) AS t FROM many)"
                    + " WHERE t IS NOT NULL LIMIT 3"))
        .hasSize(3);
    // Four batches of 64 rows, and a few that have left them.
    assertThat(read.get()).isBetween(3L, 4L * 64 + 64);
  }

  @Test
  void aLimitInsideAQueryGeneratesThatManyRowsOfEachPartition() {
    Dataset<Row> query =
        spark.sql(
            "SELECT max(text) FROM (SELECT pinion_generate(body) AS text FROM mails LIMIT 3)");
    query.collectAsList();
    assertThat(generated(query)).isBetween(3L, 12L);
  }

  @Test
  void aSortByOtherColumnsComesFirst() {
    Dataset<Row> query =
        spark.sql(
            "SELECT size AS s, pinion_generate(body) AS t FROM mails ORDER BY s DESC LIMIT 4");
    assertThat(query.collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(39L * 39, 38L * 38, 37L * 37, 36L * 36);
    assertThat(generated(query)).isEqualTo(4);
    Dataset<Row> all = spark.sql("SELECT id, pinion_generate(body) FROM mails ORDER BY id");
    assertThat(all.collectAsList()).extracting(row -> row.getInt(0)).isSorted().hasSize(ROWS);
    assertThat(generated(all)).isEqualTo(ROWS);
  }

  @Test
  void aSortByTheTextStays() {
    List<Row> rows = rows("SELECT pinion_generate(body) AS t FROM mails ORDER BY t, 1 LIMIT 4");
    List<Row> all = rows("SELECT pinion_generate(body) AS t FROM mails ORDER BY t");
    assertThat(rows).isEqualTo(all.subList(0, 4));
  }

  @Test
  void whatNobodyReadsIsNotGenerated() {
    assertThat(generatedBy("SELECT count(*) FROM (SELECT pinion_generate(body) AS t FROM mails)"))
        .isZero();
    assertThat(generatedBy("SELECT id FROM (SELECT id, pinion_generate(body) AS t FROM mails)"))
        .isZero();
  }

  @Test
  void columnsThatNobodyReadsDoNotPassThrough() {
    Dataset<Row> query = spark.sql("SELECT team, pinion_generate(body) AS t FROM mails");
    query.collectAsList();
    assertThat(operators(query).get(0).child().output().toString()).doesNotContain("size", "id#");
  }

  @Test
  void theTransformerIsPlannedInTheSameWay() {
    TextGenerator generator = generator();
    Dataset<Row> generated = generator.transform(spark.table("mails"));
    assertThat(generated.filter("id < 5").filter("error IS NULL").collectAsList()).hasSize(5);
    assertThat(generator.metrics().rowsOk()).isEqualTo(5);
    assertThat(generated.limit(2).collectAsList()).hasSize(2);
    assertThat(generator.metrics().rowsOk()).isEqualTo(7);
    assertThat(generated.orderBy(col("size").desc()).select("id").limit(2).collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactly(39, 38);
    assertThat(generated.orderBy(col("size").desc()).limit(2).collectAsList()).hasSize(2);
    assertThat(generator.metrics().rowsOk()).isEqualTo(9);
    assertThat(generated.count()).isEqualTo(ROWS);
    assertThat(generator.metrics().rowsOk()).isEqualTo(9);
  }

  @Test
  void aPlanMayBeJoinedWithItself() {
    Dataset<Row> generated = generator().transform(spark.table("mails"));
    Dataset<Row> joined =
        generated.as("a").join(generated.as("b"), col("a.id").equalTo(col("b.id")));
    assertThat(joined.select("a.generated_text", "b.generated_text").collectAsList())
        .hasSize(ROWS)
        .allSatisfy(row -> assertThat(row.getString(0)).isEqualTo(row.getString(1)));
    generated.createOrReplaceTempView("twice");
    assertThat(rows("SELECT * FROM twice a JOIN twice b USING (id)")).hasSize(ROWS);
  }

  @Test
  void whatIsCachedIsNotGeneratedAgain() {
    TextGenerator generator = generator();
    Dataset<Row> cached = generator.transform(spark.table("mails")).cache();
    assertThat(cached.count()).isEqualTo(ROWS);
    assertThat(generator.metrics().rowsOk()).isEqualTo(ROWS);
    assertThat(cached.filter("id < 5").orderBy("generated_text").collectAsList()).hasSize(5);
    assertThat(generator.metrics().rowsOk()).isEqualTo(ROWS);
    cached.unpersist();
    spark.sql("CACHE TABLE remembered AS SELECT id, pinion_generate(body) AS t FROM mails");
    assertThat(generatedBy("SELECT * FROM remembered WHERE id < 3")).isZero();
    assertThat(generatedBy("SELECT id, pinion_generate(body) AS t FROM mails")).isZero();
    spark.sql("UNCACHE TABLE remembered");
  }

  @Test
  void broadcastsAndAdaptiveExecutionGoAroundIt() {
    for (String adaptive : new String[] {"true", "false"}) {
      spark.conf().set("spark.sql.adaptive.enabled", adaptive);
      Dataset<Row> query =
          spark.sql(
              "SELECT /*+ BROADCAST(t) */ m.id, t.x, count(*) FROM mails m JOIN"
                  + " (SELECT id, pinion_generate(body) AS x FROM mails WHERE id < 7) t"
                  + " ON m.id = t.id GROUP BY 1, 2");
      assertThat(query.collectAsList()).hasSize(7);
      assertThat(generated(query)).isEqualTo(7);
    }
    spark.conf().unset("spark.sql.adaptive.enabled");
  }

  @Test
  void explainTellsWhatIsGeneratedFromWhat() {
    Dataset<Row> query =
        spark.sql("SELECT pinion_generate(body, map('temperature', '0.5')) AS t FROM mails");
    assertThat(query.queryExecution().toString())
        .containsPattern(
            "PinionGenerate \\[generated_text#\\d+, .*], \\[body#\\d+], model=.*/model,"
                + " max-tokens=6, temperature=0.5, seed=0");
    assertThat(
            query
                .queryExecution()
                .explainString(org.apache.spark.sql.execution.FormattedMode$.MODULE$))
        .containsPattern("\\(\\d+\\) PinionGenerate\\nInput \\[\\d+]: \\[body#\\d+]\\nArguments: ");
  }

  @Test
  void theOperatorCountsWhatSparkShows() throws Exception {
    Dataset<Row> query =
        spark.sql("SELECT pinion_result(p) FROM VALUES ('a'), ('b'), (NULL) AS t(p)");
    List<Row> rows = query.collectAsList();
    long prompt = 0;
    long completion = 0;
    for (Row row : rows.subList(0, 2)) {
      prompt += row.getStruct(0).<Integer>getAs("prompt_tokens");
      completion += row.getStruct(0).<Integer>getAs("completion_tokens");
    }
    var metrics = operators(query).get(0).metrics();
    assertThat(metrics.apply("numOutputRows").value()).isEqualTo(3);
    assertThat(metrics.apply("failedRows").value()).isEqualTo(1);
    assertThat(metrics.apply("promptTokens").value()).isEqualTo(prompt);
    assertThat(metrics.apply("completionTokens").value()).isEqualTo(completion);
    assertThat(metrics.apply("modelLoads").value()).isBetween(0L, 1L);
    spark.sparkContext().listenerBus().waitUntilEmpty();
    var session = (org.apache.spark.sql.classic.SparkSession) spark;
    var execution = session.sharedState().statusStore().executionsList().last();
    assertThat(CollectionConverters.asJava(execution.metrics()))
        .extracting(metric -> metric.name())
        .contains("failed rows", "prompt tokens", "completion tokens", "models loaded");
  }
}
