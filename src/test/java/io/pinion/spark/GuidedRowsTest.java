package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guides over real rows; the model is random, so only the guide can make a text valid. */
class GuidedRowsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final StructType ROWS = StructType.fromDDL("id INT, text STRING, guide STRING");
  private static final String TICKET =
      """
      {"type": "object", "properties": {
         "n": {"type": "string", "maxLength": 8},
         "c": {"type": "integer", "minimum": 0, "maximum": 99},
         "s": {"type": "number"},
         "d": {"type": "string", "format": "date"},
         "k": {"enum": ["new", "old"]},
         "t": {"type": "array", "items": {"type": "boolean"}, "maxItems": 2},
         "p": {"type": "object", "properties": {"x": {"type": "integer", "maximum": 9, "minimum": 0}},
                   "required": ["x"], "additionalProperties": false},
         "e": {"anyOf": [{"type": "null"}, {"type": "boolean"}]}},
       "required": ["n", "c", "s", "d", "k", "t", "p", "e"],
       "additionalProperties": false}
      """;

  @TempDir static Path folder;
  private static SparkSession spark;
  private static String model;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.session("local[2]");
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static TextGenerator generator() {
    return new TextGenerator()
        .setModelUrl(model)
        .setDtype("f32")
        .setInputCol("text")
        .setIdCol("id")
        .setTemperature(1)
        .setMaxTokens(100);
  }

  private static Dataset<Row> rows(String... guides) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < Math.max(12, guides.length); i++) {
      String guide = guides.length == 0 ? null : guides[i % guides.length];
      rows.add(RowFactory.create(i, "r" + i, guide));
    }
    return spark.createDataFrame(rows, ROWS).coalesce(2);
  }

  private static String text(Row row) {
    assertThat(row.<Row>getAs("error")).isNull();
    return row.getAs("generated_text");
  }

  @ParameterizedTest
  @CsvSource({"0, 100, 0", "1, 100, 0", "1, 80, 0", "1, 100, 2"})
  void aSchemaMakesEveryTextValidAndTyped(double temperature, int maxTokens, int spaces)
      throws IOException {
    TextGenerator generator =
        generator()
            .setJsonSchema(TICKET)
            .setTemperature(temperature)
            .setMaxTokens(maxTokens)
            .setWhiteSpace(spaces);
    Dataset<Row> generated = generator.transform(rows());
    assertThat(generated.schema().apply("parsed").dataType().simpleString())
        .isEqualTo(
            "struct<n:string,c:bigint,s:double,d:date,k:string,"
                + "t:array<boolean>,p:struct<x:bigint>,e:boolean>");
    for (Row row : generated.collectAsList()) {
      JsonNode json = JSON.readTree(text(row));
      Row parsed = row.getAs("parsed");
      assertThat(json.size()).isEqualTo(8);
      assertThat(parsed.<String>getAs("n")).isEqualTo(json.get("n").asText());
      assertThat(parsed.<Long>getAs("c")).isBetween(0L, 99L);
      assertThat(parsed.<Double>getAs("s")).isEqualTo(json.get("s").asDouble());
      // java.sql.Date writes the year 0 as 1 BC.
      if (!json.get("d").asText().startsWith("0000")) {
        assertThat(parsed.getAs("d").toString()).isEqualTo(json.get("d").asText());
      }
      assertThat(parsed.<String>getAs("k")).isIn("new", "old");
      assertThat(parsed.<Row>getAs("p").getLong(0)).isEqualTo(json.at("/p/x").asLong());
      assertThat(parsed.getList(parsed.fieldIndex("t"))).hasSize(json.get("t").size());
    }
  }

  @Test
  void thePlainPathWritesTheSameTexts() {
    TextGenerator generator = generator().setJsonSchema(TICKET);
    List<String> fast = texts(generator);
    assertThat(texts(generator.setPlain(true))).isEqualTo(fast);
  }

  private static List<String> texts(TextGenerator generator) {
    return generator.transform(rows()).collectAsList().stream().map(GuidedRowsTest::text).toList();
  }

  @Test
  void aTextIsEndedInTimeForMaxTokens() {
    TextGenerator tight =
        generator()
            .setJsonSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]}")
            .setMaxTokens(20);
    for (Row row : tight.transform(rows()).collectAsList()) {
      assertThat(text(row)).startsWith("{\"a\":\"").endsWith("}");
      assertThat(row.<Integer>getAs("completion_tokens")).isLessThanOrEqualTo(20);
      assertThat(row.<Row>getAs("parsed")).isNotNull();
    }
    // Too few for any text: the end stands behind the tokens that the model chose.
    for (Row row : tight.setMaxTokens(3).transform(rows()).collectAsList()) {
      assertThat(text(row)).startsWith("{\"a\":\"").endsWith("}");
      assertThat(row.<Integer>getAs("completion_tokens")).isEqualTo(8);
      assertThat(row.<String>getAs("finish_reason")).isEqualTo("length");
    }
    List<Row> cut = tight.setCloseAtMaxTokens(false).transform(rows()).collectAsList();
    assertThat(cut).allSatisfy(row -> assertThat(row.<Row>getAs("parsed")).isNull());
    assertThat(cut)
        .allSatisfy(row -> assertThat(row.<String>getAs("finish_reason")).isEqualTo("length"));
  }

  @Test
  void eachRowMayHaveAGuideOfItsOwn() {
    Dataset<Row> rows =
        rows(
            "{\"choice\": [\"yes\", \"no\"]}",
            "{\"regex\": \"[0-9]{3}-[a-f]\"}",
            "{\"type\": \"boolean\"}",
            "{\"grammar\": \"start: \\\"<\\\" /[ab]{1,3}/ \\\">\\\"\"}",
            "{\"json_schema\": {\"const\": {\"k\": [true, \"2\"]}}}",
            "{\"regex\": \"(\"}",
            null);
    List<Row> generated = generator().setGuideCol("guide").transform(rows).collectAsList();
    assertThat(text(generated.get(0))).isIn("yes", "no");
    assertThat(text(generated.get(1))).matches("[0-9]{3}-[a-f]");
    assertThat(text(generated.get(2))).isIn("true", "false");
    assertThat(text(generated.get(3))).matches("<[ab]{1,3}>");
    assertThat(text(generated.get(4))).isEqualTo("{\"k\":[true,\"2\"]}");
    assertThat(generated.get(5).<Row>getAs("error").<String>getAs("message")).startsWith("guide: ");
    assertThat(text(generated.get(6))).isNotEmpty();
    assertThat(generated.get(0).<String>getAs("finish_reason")).isEqualTo("stop");
  }

  @Test
  void aColumnOfOneKindHoldsTheGuideItself() {
    List<Row> generated =
        generator()
            .setGuideCol("guide")
            .setGuideKind("regex")
            .transform(rows("a[bc]d", "x{4}"))
            .collectAsList();
    assertThat(text(generated.get(0))).matches("a[bc]d");
    assertThat(text(generated.get(1))).isEqualTo("xxxx");
  }

  @Test
  void severalCompletionsAndBeamsFollowTheGuideEach() {
    for (TextGenerator generator :
        List.of(generator().setN(3), generator().setTemperature(0).setBeamWidth(3).setN(2))) {
      generator.setJsonSchema("{\"enum\": [\"red\", \"green\", \"blue\", null]}");
      for (Row row : generator.transform(rows()).collectAsList()) {
        assertThat(row.<Row>getAs("error")).isNull();
        assertThat(row.<String>getList(row.fieldIndex("generated_text")))
            .isSubsetOf("\"red\"", "\"green\"", "\"blue\"", "null")
            .hasSize(generator.getN());
      }
    }
  }

  @Test
  void propertyOrderAnyLetsTheModelChoose() throws IOException {
    TextGenerator generator =
        generator()
            .setJsonSchema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":\"x\"},\"b\":{\"const\":\"y\"}},"
                    + "\"required\":[\"a\",\"b\"],\"additionalProperties\":false}")
            .setTemperature(2);
    assertThat(generator.transform(rows()).collectAsList())
        .allSatisfy(row -> assertThat(text(row)).isEqualTo("{\"a\":\"x\",\"b\":\"y\"}"));
    assertThat(generator.setPropertyOrder("any").transform(rows()).collectAsList())
        .extracting(GuidedRowsTest::text)
        .containsOnly("{\"a\":\"x\",\"b\":\"y\"}", "{\"b\":\"y\",\"a\":\"x\"}");
  }

  @Test
  void aGuideThatCannotBeIsRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> generator().setGuide("{\"regex\": \"[\"}").transformSchema(ROWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("guide: ");
    assertThatThrownBy(() -> generator().setGuide("{}").transformSchema(ROWS))
        .hasMessageContaining(
            "a guide has one of the keys choice, regex, json_schema, json_object, grammar, type");
    assertThatThrownBy(() -> generator().setGuide("{\"type\": \"money\"}").transformSchema(ROWS))
        .hasMessageContaining("type 'money' is unknown: it is one of int, number, boolean, date");
    assertThatThrownBy(() -> generator().setGuideCol("id").transformSchema(ROWS))
        .hasMessageContaining("guideCol 'id' must have type string, has type int");
    assertThatThrownBy(() -> generator().setJsonSchema("true").setStop("x").transformSchema(ROWS))
        .hasMessageContaining("stop cannot go with a guide");
  }
}
