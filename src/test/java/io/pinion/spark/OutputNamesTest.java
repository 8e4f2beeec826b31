package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Generated columns with a prefix or in one struct, so that generators can be chained. */
class OutputNamesTest extends SparkTest {
  private static final String SCHEMA =
      "{\"type\": \"object\", \"properties\": {\"a\": {\"enum\": [1]}}, \"required\": [\"a\"],"
          + " \"additionalProperties\": false}";

  private static Dataset<Row> texts() {
    return spark.sql("SELECT * FROM VALUES (1, 'ab'), (2, null) AS t(id, text)").coalesce(1);
  }

  @Test
  void twoGeneratorsFollowEachOtherWithPrefixes() {
    TextGenerator first =
        tinyGenerator()
            .setInputCol("text")
            .setMaxTokens(4)
            .setOutputPrefix("one_")
            .setInclude("token_ids", "logprobs");
    TextGenerator second =
        tinyGenerator()
            .setPromptTemplate("{{ one_generated_text }}")
            .setJsonSchema(SCHEMA)
            .setMaxTokens(20)
            .setOutputPrefix("two_");
    Dataset<Row> both = second.transform(first.transform(texts()));
    assertThat(both.columns())
        .containsExactly(
            "id",
            "text",
            "one_generated_text",
            "one_finish_reason",
            "one_prompt_tokens",
            "one_completion_tokens",
            "one_error",
            "one_token_ids",
            "one_logprobs",
            "two_generated_text",
            "two_finish_reason",
            "two_prompt_tokens",
            "two_completion_tokens",
            "two_error",
            "two_parsed");
    List<Row> rows = both.orderBy("id").collectAsList();
    assertThat(rows.get(0).<Row>getAs("two_parsed").getLong(0)).isEqualTo(1);
    assertThat(rows.get(0).<String>getAs("one_generated_text"))
        .isEqualTo(plain().get(0).getAs("generated_text"));
    assertThat(rows.get(1).<Row>getAs("one_error").getString(1)).contains("'text' is null");
    assertThat(rows.get(1).<Row>getAs("two_error").getString(1))
        .isEqualTo("prompt column 'one_generated_text' is null");
    assertThat(first.metrics().rowsFailed()).isEqualTo(1);
  }

  private static List<Row> plain() {
    return tinyGenerator()
        .setInputCol("text")
        .setMaxTokens(4)
        .transform(texts())
        .orderBy("id")
        .collectAsList();
  }

  @Test
  void twoGeneratorsFollowEachOtherWithStructs() {
    Dataset<Row> first =
        tinyGenerator()
            .setInputCol("text")
            .setMaxTokens(4)
            .setOutputStruct("one")
            .transform(texts());
    Dataset<Row> both =
        tinyGenerator()
            .setPromptTemplate("{{ one.generated_text }}")
            .setJsonSchema(SCHEMA)
            .setMaxTokens(20)
            .setOutputStruct("two")
            .transform(first);
    assertThat(both.columns()).containsExactly("id", "text", "one", "two");
    List<Row> rows =
        both.orderBy("id")
            .selectExpr("one.generated_text", "two.parsed.a", "two.error.message", "one.error")
            .collectAsList();
    assertThat(rows.get(0).getString(0)).isEqualTo(plain().get(0).getAs("generated_text"));
    assertThat(rows.get(0).getLong(1)).isEqualTo(1);
    assertThat(rows.get(0).isNullAt(2)).isTrue();
    assertThat(rows.get(1).getString(2)).isEqualTo("prompt column 'one.generated_text' is null");
    assertThat(rows.get(1).isNullAt(3)).isFalse();
  }

  @Test
  void namesThatAreTakenAreRefused() {
    StructType schema = StructType.fromDDL("text STRING, one_error STRING, `Two` INT");
    TextGenerator generator = tinyGenerator().setInputCol("text");
    assertThatThrownBy(() -> generator.setOutputPrefix("One_").transformSchema(schema))
        .hasMessage(
            "the input already has a column 'One_error', which generation adds: rename it, or set"
                + " outputPrefix");
    assertThatThrownBy(
            () -> generator.setOutputPrefix("").setOutputStruct("two").transformSchema(schema))
        .hasMessageContaining("the input already has a column 'two'");
    assertThatThrownBy(
            () -> generator.setOutputStruct("three").setOutputPrefix("p").transformSchema(schema))
        .hasMessage("outputPrefix and outputStruct exclude each other: set only one of them");
    assertThatThrownBy(
            () -> generator.setOutputPrefix("").setOutputCol("ERROR").transformSchema(schema))
        .hasMessageContaining("generation adds two columns");
  }
}
