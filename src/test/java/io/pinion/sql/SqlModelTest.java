package io.pinion.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.spark.LocalSpark;
import io.pinion.spark.TextGenerator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The functions with a real model: {@code bin/pinion test} names it in PINION_TEST_MODEL. */
@EnabledIfEnvironmentVariable(
    named = "PINION_TEST_MODEL",
    matches = ".+",
    disabledReason = "PINION_TEST_MODEL names no SmolLM2 file: bin/pinion test sets it")
class SqlModelTest {
  private static final String MODEL = System.getenv("PINION_TEST_MODEL");

  @Test
  void recordsAndLabelsAreThoseOfTheTransformer() throws Exception {
    try (SparkSession spark =
        LocalSpark.builder("local[2]")
            .config("spark.sql.extensions", PinionExtensions.class.getName())
            .config("spark.pinion.model.uri", MODEL)
            .config("spark.pinion.sampling.max-tokens", 24)
            .getOrCreate()) {
      spark
          .sql(
              "SELECT * FROM VALUES (1, 'The laptop has a cracked screen.'),"
                  + " (2, 'The book is wonderful!'), (3, NULL) AS t(id, body)")
          .createOrReplaceTempView("mails");
      String schema =
          "{\"type\": \"object\", \"properties\": {\"product\": {\"type\": \"string\","
              + " \"pattern\": \"^[a-z]{2,12}$\"}}, \"required\": [\"product\"],"
              + " \"additionalProperties\": false}";
      List<Row> rows =
          spark
              .sql(
                  "SELECT pinion_generate(body), pinion_extract(body, '%s').product,"
                          .formatted(schema)
                      + " pinion_classify(body, array('happy', 'unhappy')),"
                      + " pinion_result(body).error.message FROM mails ORDER BY id")
              .collectAsList();
      List<Row> expected =
          new TextGenerator()
              .setModelUrl(MODEL)
              .setInputCol("body")
              .setMaxTokens(24)
              .transform(spark.table("mails"))
              .orderBy("id")
              .collectAsList();
      for (int i = 0; i < 2; i++) {
        assertThat(rows.get(i).getString(0)).isEqualTo(expected.get(i).getAs("generated_text"));
        assertThat(rows.get(i).getString(1)).matches("[a-z]{2,12}");
        assertThat(rows.get(i).getString(2)).isIn("happy", "unhappy");
        assertThat(rows.get(i).isNullAt(3)).isTrue();
      }
      assertThat(rows.get(2).toString())
          .isEqualTo("[null,null,null,prompt column 'prompt' is null]");
    }
  }
}
