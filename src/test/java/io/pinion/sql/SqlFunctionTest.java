package io.pinion.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.spark.TextGenerator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The functions in queries of all forms, with a tiny random model. */
class SqlFunctionTest extends SqlTest {
  private static final String SCHEMA =
      """
      {"type": "object", "properties": {"kind": {"enum": ["new", "old"]},
       "count": {"type": "integer", "minimum": 0, "maximum": 9}},
       "required": ["kind", "count"], "additionalProperties": false}""";

  private static Map<Integer, String> texts(List<Row> rows) {
    Map<Integer, String> texts = new TreeMap<>();
    rows.forEach(row -> texts.put(row.getInt(0), row.getString(1)));
    return texts;
  }

  /** What the transformer generates from the mails. */
  private static Map<Integer, String> expected() {
    TextGenerator generator =
        new TextGenerator()
            .setModelUrl(model)
            .setDtype("f32")
            .setMaxTokens(6)
            .setPromptTemplate("say {{ body }}");
    return texts(
        generator.transform(spark.table("mails")).select("id", "generated_text").collectAsList());
  }

  @Test
  void theTextIsThatOfTheTransformer() {
    Dataset<Row> query = spark.sql("SELECT id, pinion_generate('say ' || body) FROM mails");
    assertThat(texts(query.collectAsList())).hasSize(ROWS).isEqualTo(expected());
    assertThat(query.schema().simpleString())
        .isEqualTo("struct<id:int,pinion_generate(concat(say , body)):string>");
    assertThat(operators(query)).hasSize(1);
    assertThat(generated(query)).isEqualTo(ROWS);
  }

  @Test
  void aCallStandsInsideOtherExpressions() {
    Map<Integer, String> expected = new TreeMap<>(expected());
    expected.replaceAll((id, text) -> "<" + text.length() + ">");
    assertThat(
            texts(
                rows(
                    "SELECT id, concat('<', length(pinion_generate('say ' || body)), '>') AS n"
                        + " FROM mails")))
        .isEqualTo(expected);
  }

  @Test
  void theSameCallIsGeneratedOnce() {
    Dataset<Row> query =
        spark.sql(
            "SELECT pinion_generate(body) AS a, upper(pinion_generate(body)) AS b,"
                + " pinion_result(body).error AS e, pinion_generate(body, map('seed', '0')) AS c"
                + " FROM mails WHERE pinion_generate(body) IS NOT NULL");
    for (Row row : query.collectAsList()) {
      assertThat(row.getString(1)).isEqualTo(row.getString(0).toUpperCase(java.util.Locale.ROOT));
      assertThat(row.getString(3)).isEqualTo(row.getString(0));
      assertThat(row.isNullAt(2)).isTrue();
    }
    assertThat(operators(query)).hasSize(1);
    assertThat(generated(query)).isEqualTo(ROWS);
  }

  @Test
  void callsOfOtherSettingsAreGeneratedEach() {
    Dataset<Row> query =
        spark.sql(
            "SELECT pinion_generate(body) AS a, pinion_generate(body, map('maxTokens', '2')) AS b,"
                + " pinion_generate(pinion_generate(body)) AS c FROM mails");
    for (Row row : query.collectAsList()) {
      assertThat(row.getString(0)).startsWith(row.getString(1));
      assertThat(row.getString(2)).isNotNull();
    }
    assertThat(operators(query)).hasSize(3);
  }

  @Test
  void columnsMakeAStructOfTheirTypes() {
    Dataset<Row> query =
        spark.sql(
            "SELECT pinion_extract(body, 'kind STRING, count TINYINT NOT NULL', map('sampling.max-tokens', '60')) AS x FROM mails");
    assertThat(query.schema().apply("x").dataType().simpleString())
        .isEqualTo("struct<kind:string,count:tinyint>");
    assertThat(query.collectAsList()).hasSize((int) spark.table("mails").count());
  }

  @Test
  void aSchemaMakesAStructOfItsFields() {
    Dataset<Row> query =
        spark.sql(
            "SELECT id, pinion_extract(body, '%s', named_struct('sampling.max-tokens', 40)) AS x FROM mails"
                .formatted(SCHEMA));
    assertThat(query.schema().apply("x").dataType().simpleString())
        .isEqualTo("struct<kind:string,count:bigint>");
    for (Row row : query.collectAsList()) {
      assertThat(row.getStruct(1).getString(0)).isIn("new", "old");
      assertThat(row.getStruct(1).getLong(1)).isBetween(0L, 9L);
    }
    assertThat(
            rows(
                "SELECT x.kind, count(*), max(x.count) FROM (SELECT pinion_extract(body, '%s') AS x FROM mails) GROUP BY 1"
                    .formatted(SCHEMA)))
        .isNotEmpty();
  }

  @Test
  void aLabelIsOneOfTheLabels() {
    Dataset<Row> query =
        spark.sql(
            "SELECT pinion_classify(body, array('yes', 'no')) AS label, count(*) AS n FROM mails"
                + " GROUP BY pinion_classify(body, array('yes', 'no')) ORDER BY n");
    List<Row> rows = query.collectAsList();
    assertThat(rows).extracting(row -> row.getString(0)).isSubsetOf("yes", "no");
    assertThat(rows.stream().mapToLong(row -> row.getLong(1)).sum()).isEqualTo(ROWS);
    assertThat(operators(query)).hasSize(1);
  }

  @Test
  void aGroupHasOneCall() {
    Dataset<Row> query =
        spark.sql(
            "SELECT team, count(*) AS n, pinion_generate(team || max(body)) AS text,"
                + " pinion_generate(team) AS t FROM mails GROUP BY team"
                + " HAVING pinion_generate(min(body)) IS NOT NULL");
    List<Row> rows = query.collectAsList();
    assertThat(rows)
        .hasSize(2)
        .allSatisfy(
            row -> {
              assertThat(row.getLong(1)).isEqualTo(ROWS / 2);
              assertThat(row.getString(2)).isNotNull();
              assertThat(row.getString(3)).isNotNull();
            });
    assertThat(operators(query)).hasSize(3);
    assertThat(generated(query)).isEqualTo(6);
  }

  @Test
  void aFailedRowIsNullAndItsResultSaysWhy() {
    List<Row> rows =
        rows(
            "SELECT pinion_generate(p) AS text, pinion_result(p) AS r FROM VALUES ('fine'), (NULL),"
                + " (repeat('long ', 40)) AS t(p)");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).<String>getAs("text")).isNotNull();
    assertThat(rows.get(0).getStruct(1).<Row>getAs("error")).isNull();
    for (int i : new int[] {1, 2}) {
      assertThat(rows.get(i).<String>getAs("text")).isNull();
      assertThat(rows.get(i).getStruct(1).<String>getAs("finish_reason")).isEqualTo("error");
    }
    assertThat(rows.get(1).getStruct(1).<Row>getAs("error").<String>getAs("message"))
        .isEqualTo("prompt column 'prompt' is null");
    assertThat(rows.get(2).getStruct(1).<Row>getAs("error").<String>getAs("message"))
        .contains("tokens");
  }

  @Test
  void conversationsAreAnswered() {
    assertThat(
            rows(
                "SELECT pinion_result(array(named_struct('role', 'system', 'content', 'abc'),"
                    + " named_struct('role', 'user', 'content', body))).prompt_tokens FROM mails"
                    + " WHERE id = 7"))
        .extracting(row -> row.getInt(0))
        .containsExactly("[system:abc][user:mail 7][assistant:".length());
  }

  @Test
  void severalCompletionsAreAResultsArrays() {
    Row result =
        rows("SELECT pinion_result('x', map('n', '3', 'temperature', '1')) AS r")
            .get(0)
            .getStruct(0);
    assertThat(result.getList(0)).hasSize(3);
  }

  @Test
  void aCallStandsInSubqueriesJoinsAndUnions() {
    Dataset<Row> query =
        spark.sql(
            "SELECT m.id, (SELECT max(pinion_generate(body)) FROM mails) AS most FROM mails m"
                + " JOIN (SELECT id, pinion_generate(body) AS g FROM mails) x ON m.id = x.id"
                + " AND pinion_generate(m.team) IS NOT NULL"
                + " WHERE m.id IN (SELECT id FROM mails WHERE pinion_generate(body) IS NOT NULL)"
                + " AND x.g IS NOT NULL"
                + " UNION ALL SELECT -1, pinion_generate('x')");
    assertThat(query.collectAsList()).hasSize(ROWS + 1);
    assertThat(
            rows(
                "SELECT part FROM mails LATERAL VIEW explode(split(pinion_generate(body), '')) AS"
                    + " part ORDER BY pinion_generate(body), part"))
        .hasSizeGreaterThan(ROWS);
    assertThat(
            rows(
                "SELECT id, row_number() OVER (PARTITION BY team ORDER BY pinion_generate(body))"
                    + " FROM mails"))
        .hasSize(ROWS);
  }

  @Test
  void aCommonTableThatIsReadTwiceIsGeneratedOnce() {
    Dataset<Row> query =
        spark.sql(
            "WITH g AS (SELECT id, pinion_generate(body) AS text FROM mails)"
                + " SELECT a.id, b.text FROM g a JOIN g b ON a.id = b.id AND a.text = b.text");
    assertThat(query.collectAsList()).hasSize(ROWS);
    assertThat(operators(query)).hasSize(1);
    assertThat(generated(query)).isEqualTo(ROWS);
  }

  @Test
  void viewsOfTheSessionAndOfTheCatalogGenerateWhenTheyAreRead() {
    spark.sql(
        "CREATE OR REPLACE TEMP VIEW texts AS SELECT id, pinion_generate('say ' || body) AS text"
            + " FROM mails");
    assertThat(texts(rows("SELECT id, text FROM texts"))).isEqualTo(expected());
    assertThat(rows("SELECT * FROM texts a JOIN texts b ON a.id = b.id")).hasSize(ROWS);
    spark.sql("CREATE TABLE stored USING parquet AS SELECT id, body FROM mails");
    spark.sql("CREATE VIEW kept AS SELECT id, pinion_generate('say ' || body) AS text FROM stored");
    assertThat(texts(spark.newSession().sql("SELECT id, text FROM kept").collectAsList()))
        .isEqualTo(expected());
    spark.sql(
        "CREATE VIEW whole AS SELECT * FROM pinion_table(TABLE(stored), map('prompt.template',"
            + " 'say {{ body }}'))");
    assertThat(texts(rows("SELECT id, generated_text FROM whole"))).isEqualTo(expected());
    spark.sql("CREATE TABLE answers USING parquet AS SELECT * FROM kept");
    spark.sql("INSERT INTO answers SELECT id + 100, pinion_generate(body) FROM stored");
    assertThat(rows("SELECT * FROM answers WHERE text IS NOT NULL")).hasSize(2 * ROWS);
  }

  @Test
  void columnsOfTheApiCallTheFunctionToo() {
    assertThat(
            texts(
                spark
                    .table("mails")
                    .selectExpr("id", "pinion_generate('say ' || body)")
                    .collectAsList()))
        .isEqualTo(expected());
  }

  @Test
  void theFunctionsAreDescribed() {
    assertThat(rows("SHOW FUNCTIONS LIKE 'pinion*'"))
        .extracting(row -> row.getString(0))
        .contains("pinion_generate", "pinion_extract", "pinion_classify", "pinion_result");
    assertThat(rows("DESCRIBE FUNCTION pinion_generate").toString())
        .contains("pinion_generate(prompt [, options])");
  }
}
