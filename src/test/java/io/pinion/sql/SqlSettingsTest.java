package io.pinion.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How settings are written in SQL, and what is said of those that are wrong. */
class SqlSettingsTest extends SqlTest {
  private static void refused(String query, String... messages) {
    var thrown = assertThatThrownBy(() -> rows(query)).isInstanceOf(IllegalArgumentException.class);
    for (String message : messages) {
      thrown.hasMessageContaining(message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "map('sampling.max-tokens', '3', 'sampling.ignore-eos', 'true', 'sampling.stop-token-ids', '[]')",
        "map('maxTokens', '3', 'ignoreEos', 'true')",
        "named_struct('sampling.max-tokens', 3, 'ignoreEos', true, 'stop', array('~~~~'))",
        "'{\"sampling.max-tokens\": 3, \"ignoreEos\": true}'",
        "'{\"sampling\": {\"max-tokens\": 3, \"ignore-eos\": true, \"stop\": [\"~~~~\"]}}'"
      })
  void optionsAreAMapAStructOrJson(String options) {
    Row result = rows("SELECT pinion_result('x', " + options + ")").get(0).getStruct(0);
    assertThat(result.<Integer>getAs("completion_tokens")).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "map('guide.regex', '[ab]{2}')",
        "map('guide.choice', '[\"ab\", \"ba\"]')",
        "named_struct('guide.choice', array('ab', 'ba'))",
        "map('guide', '{\"regex\": \"[ab]{2}\"}')",
        "'{\"guide\": {\"regex\": \"[ab]{2}\"}}'",
        "'{\"guide\": \"{\\\\\"regex\\\\\": \\\\\"[ab]{2}\\\\\"}\"}'"
      })
  void guidesAreWrittenAsInTheJobFileOrForTheTransformer(String options) {
    assertThat(rows("SELECT pinion_generate('x', " + options + ")").get(0).getString(0))
        .matches("[ab]{2}");
  }

  @Test
  void everyProblemIsToldWithItsKeyAndWhatIsAllowed() {
    refused(
        "SELECT pinion_generate('x', map('sampling.max-tokens', 'many', 'model.dtype', 'f64',"
            + " 'sampling.temperature', '-1', 'guide.choice', '[', 'prompt.template', '{{ a }}'))",
        "pinion_generate: ",
        "sampling.max-tokens must be an integer, 1 or more, is 'many'",
        "model.dtype must be one of auto, f32, bf16, f16, int8, is 'f64'",
        "sampling.temperature must be a number from 0 to 100, is -1.0",
        "guide.choice is not valid JSON",
        "prompt.template is for pinion_table: a prompt has no columns");
    refused(
        "SELECT pinion_generate('x', map('sampling.max-token', '3'))",
        "sampling.max-token is unknown; did you mean sampling.max-tokens?");
    refused(
        "SELECT pinion_generate('x', map('length', '3'))",
        "length is unknown; known are batch.deduplicate, ",
        "sampling.max-tokens",
        "guide.json-schema");
    refused(
        "SELECT pinion_generate('x', map('maxTokens', '2', 'minTokens', '3'))",
        "sampling.min-tokens must be at most sampling.max-tokens, 2, is 3");
    refused("SELECT pinion_generate('x', map('n', '2'))", "pinion_result returns several");
    refused("SELECT pinion_generate('x', 7)", "options must be a map of strings, a struct or a");
    refused("SELECT pinion_generate('x', '[]')", "options must be a JSON object, is []");
    refused("SELECT pinion_generate('x', '{')", "options is not valid JSON");
    refused(
        "SELECT pinion_generate(body, map('model.uri', body)) FROM mails",
        "options must be constant, is map('model.uri', mails.body)");
    refused("SELECT pinion_generate()", "pinion_generate takes 1 or 2 arguments, has 0");
    refused("SELECT pinion_classify('x')", "pinion_classify takes 2 or 3 arguments, has 1");
    refused(
        "SELECT pinion_classify('x', array('a'), map('guide.regex', 'a'))",
        "guide.regex cannot be set: the second argument is the guide");
    refused("SELECT pinion_classify('x', 'a, b')", "argument 2 is not valid JSON");
    refused("SELECT pinion_extract('x', body) FROM mails", "argument 2 must be constant");
    refused("SELECT pinion_extract('x', '{\"type\": \"objekt\"}')", "pinion_extract: guide: ");
    refused("SELECT pinion_generate(X'00')", "bytes are no text");
  }

  @Test
  void aCallThatNoTableCanAnswerIsRefused() {
    refused(
        "SELECT * FROM mails a LEFT JOIN mails b ON pinion_generate(a.body || b.body) = 'x'",
        "pinion_generate cannot be computed in Join");
  }

  @Test
  void whatIsWrongBesideACallIsSaidBySpark() {
    assertThatThrownBy(() -> rows("SELECT pinion_generate(body), nobody FROM mails"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("UNRESOLVED_COLUMN")
        .hasMessageContaining("nobody");
    assertThatThrownBy(() -> rows("SELECT id, pinion_generate(body) FROM mails GROUP BY id"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("MISSING_AGGREGATION");
    assertThatThrownBy(() -> rows("SELECT (SELECT pinion_generate(m.body)) FROM mails m"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY");
  }

  @Test
  void theSessionHasDefaultsThatOptionsOverride() {
    spark.conf().set("spark.pinion.sampling.max-tokens", "2");
    spark.conf().set("spark.pinion.ignoreEos", "true");
    try {
      List<Row> rows =
          rows(
              "SELECT pinion_result('x').completion_tokens,"
                  + " pinion_result('x', map('maxTokens', '1')).completion_tokens");
      assertThat(rows.get(0).getInt(0)).isEqualTo(2);
      assertThat(rows.get(0).getInt(1)).isEqualTo(1);
      spark.conf().set("spark.pinion.sampling.max-token", "2");
      refused(
          "SELECT pinion_generate('x')",
          "spark.pinion.sampling.max-token is unknown; did you mean"
              + " spark.pinion.sampling.max-tokens?");
      spark.conf().unset("spark.pinion.sampling.max-token");
      spark.conf().set("spark.pinion.sampling.max-tokens", "none");
      refused(
          "SELECT pinion_generate('x')",
          "spark.pinion.sampling.max-tokens must be an integer, 1 or more, is 'none'");
    } finally {
      spark.conf().unset("spark.pinion.ignoreEos");
      spark.conf().set("spark.pinion.sampling.max-tokens", "6");
    }
  }
}
