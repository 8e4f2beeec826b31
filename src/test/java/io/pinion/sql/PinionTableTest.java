package io.pinion.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.spark.TextGenerator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The table function, beside the transformer. */
class PinionTableTest extends SqlTest {
  private static final String OPTIONS =
      "map('prompt.template', 'say {{ body }} to {{ team }}', 'input.id-column', 'id',"
          + " 'sampling.temperature', '1', 'samplingCols', 'max-tokens=limit')";

  @Test
  void theRowsAreThoseOfTheTransformer() {
    spark
        .table("mails")
        .withColumn("limit", org.apache.spark.sql.functions.lit(3))
        .createOrReplaceTempView("limited");
    List<Row> expected =
        new TextGenerator()
            .setModelUrl(model)
            .setDtype("f32")
            .setPromptTemplate("say {{ body }} to {{ team }}")
            .setIdCol("id")
            .setTemperature(1)
            .setSamplingCols("max-tokens=limit")
            .transform(spark.table("limited"))
            .orderBy("id")
            .collectAsList();
    Dataset<Row> query =
        spark.sql("SELECT * FROM pinion_table(TABLE(limited), " + OPTIONS + ") ORDER BY id");
    assertThat(query.columns())
        .containsExactly(
            "id",
            "team",
            "body",
            "size",
            "limit",
            "generated_text",
            "finish_reason",
            "prompt_tokens",
            "completion_tokens",
            "error");
    assertThat(query.collectAsList()).isEqualTo(expected).hasSize(ROWS);
  }

  @Test
  void theTableMayBeAQueryAndTheCallHasAnAlias() {
    Dataset<Row> query =
        spark.sql(
            "SELECT t.id, t.error FROM pinion_table(TABLE(SELECT id, body FROM mails WHERE id < 9),"
                + " map('inputCol', 'body')) AS t WHERE t.id < 4 AND t.generated_text IS NOT NULL");
    assertThat(query.collectAsList()).hasSize(4);
    assertThat(generated(query)).isEqualTo(4);
  }

  @Test
  void problemsAreTold() {
    assertThatThrownBy(() -> rows("SELECT * FROM pinion_table(TABLE(mails))"))
        .hasMessageContaining(
            "pinion_table: set exactly one of inputCol, prompt.messages-column and"
                + " prompt.template; 0 are set");
    assertThatThrownBy(
            () -> rows("SELECT * FROM pinion_table(TABLE(mails), map('inputCol', 'text'))"))
        .hasMessageContaining("inputCol: there is no column 'text'; there are id, team, body");
    assertThatThrownBy(() -> rows("SELECT * FROM pinion_table(1)"))
        .hasMessageContaining("pinion_table takes a table and options");
    assertThatThrownBy(
            () ->
                rows(
                    "SELECT * FROM pinion_table(TABLE(mails) PARTITION BY (team),"
                        + " map('inputCol', 'body'))"))
        .hasMessageContaining("leave out PARTITION BY, ORDER BY");
  }
}
