package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of columns in prompts; the tiny model has a token for each byte. */
class PromptColumnsTest extends SparkTest {
  private static List<Row> generated(Dataset<Row> rows, TextGenerator generator) {
    return generator.setMaxTokens(1).transform(rows).collectAsList();
  }

  private static String error(Row row) {
    Row error = row.getAs("error");
    return error == null ? null : error.getAs("message");
  }

  private static int promptTokens(Row row) {
    return row.<Integer>getAs("prompt_tokens");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "array('a', 'b', null) | [\"a\",\"b\",null]",
        "array() | []",
        "map('k', 1, 'l', 2) | {\"k\":1,\"l\":2}",
        "map(1, array(true)) | {\"1\":[true]}",
        "named_struct('a', 1, 'b', null, 'c', 'x\"y') | {\"a\":1,\"c\":\"x\\\"y\"}",
        "array(named_struct('d', 1.50D, 'm', map('n', 2.5))) | [{\"d\":1.5,\"m\":{\"n\":2.5}}]",
        "array(cast(1 as tinyint), cast(2 as smallint)) | [1,2]",
        "array(date'2024-02-29') | [\"2024-02-29\"]",
        "array(timestamp'2024-02-29 01:02:03') | [\"2024-02-29T01:02:03\"]",
        "array(interval '1' day) | [\"PT24H\"]",
        "cast(0.0000001 as decimal(10,7)) | 0.0000001",
        "true | true",
        "'plain' | plain",
        "7 | 7"
      })
  void aValueInATemplateIsATextOrJson(String expression, String text) {
    Dataset<Row> rows =
        spark.sql("SELECT " + expression + " AS v").withColumn("said", functions.lit(text));
    Row made = generated(rows, tinyGenerator().setPromptTemplate("{{ v }}")).get(0);
    Row said = generated(rows, tinyGenerator().setPromptTemplate("{{ said }}")).get(0);
    assertThat(error(made)).isNull();
    assertThat(promptTokens(made)).isEqualTo("[user:][assistant:".length() + text.length());
    assertThat(made.<String>getAs("generated_text")).isEqualTo(said.getAs("generated_text"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X'00ff'",
        "array(X'00')",
        "map('a', X'00')",
        "named_struct('a', array(named_struct('b', X'00')))"
      })
  void bytesAreRefusedBeforeAnythingRuns(String expression) {
    StructType schema = spark.sql("SELECT 'x' AS text, " + expression + " AS v").schema();
    for (TextGenerator generator :
        List.of(
            tinyGenerator().setPromptTemplate("{{ text }} {{ v }}"),
            tinyGenerator().setInputCol("v"),
            tinyGenerator().setInputCol("text").setIdCol("v"))) {
      assertThatThrownBy(() -> generator.transformSchema(schema))
          .hasMessageContaining("bytes are no text: decode them, as in CAST(x AS STRING)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Error", "ERROR", "Generated_Text", "Finish_Reason", "Parsed"})
  void aColumnThatDiffersFromAnAddedOneInCaseIsRefused(String name) {
    StructType schema = StructType.fromDDL("text STRING").add(name, "string");
    TextGenerator generator =
        tinyGenerator().setInputCol("text").setJsonSchema("{\"type\": \"integer\"}");
    assertThatThrownBy(() -> generator.transformSchema(schema))
        .hasMessageContaining(
            "the input already has a column '"
                + name.toLowerCase(Locale.ROOT)
                + "', which generation adds: rename it, or set outputPrefix");
  }

  @Test
  void twoAddedColumnsOfOneNameAreRefused() {
    StructType schema = StructType.fromDDL("text STRING");
    assertThatThrownBy(
            () -> tinyGenerator().setInputCol("text").setOutputCol("Error").transformSchema(schema))
        .hasMessageContaining("generation adds two columns 'error': set another outputCol");
    assertThatThrownBy(
            () ->
                tinyGenerator()
                    .setInputCol("text")
                    .setJsonSchema("{\"type\": \"integer\"}")
                    .setParsedCol("Generated_text")
                    .transformSchema(schema))
        .hasMessageContaining("generation adds two columns 'Generated_text'");
  }

  @Test
  void fieldsOfStructsServeWhereverAColumnDoes() {
    Dataset<Row> rows =
        spark.sql(
            """
            SELECT named_struct('id', 7, 'Title', 'ab', 'hot', 0.5D, 'guide', '{"regex": "[xy]{3}"}',
                'talk', array(named_struct('role', 'user', 'content', 'ab'))) AS doc,
              'no' AS `other.title`
            """);
    TextGenerator template =
        tinyGenerator()
            .setPromptTemplate("{{ doc.title }}{{ other.title }}")
            .setIdCol("doc.id")
            .setGuideCol("doc.guide")
            .setSamplingCols("temperature=doc.hot");
    Row made = template.setMaxTokens(8).transform(rows).first();
    assertThat(error(made)).isNull();
    assertThat(promptTokens(made)).isEqualTo("[user:abno][assistant:".length());
    assertThat(made.<String>getAs("generated_text")).matches("[xy]{3}");

    Row column = generated(rows, tinyGenerator().setInputCol("DOC.title")).get(0);
    Row messages = generated(rows, tinyGenerator().setMessagesCol("doc.talk")).get(0);
    assertThat(promptTokens(column)).isEqualTo("[user:ab][assistant:".length());
    assertThat(messages.<String>getAs("generated_text")).isEqualTo(column.getAs("generated_text"));
  }

  @Test
  void aNullOnTheWayToAFieldIsTheRowsError() {
    Dataset<Row> rows =
        spark.sql(
            "SELECT * FROM VALUES (named_struct('title', 'a')), (named_struct('title', null)),"
                + " (null) AS t(doc)");
    List<Row> made = generated(rows.coalesce(1), tinyGenerator().setInputCol("doc.title"));
    assertThat(made)
        .extracting(PromptColumnsTest::error)
        .containsExactly(
            null, "prompt column 'doc.title' is null", "prompt column 'doc.title' is null");
  }

  @Test
  void aFieldThatIsNotThereIsRefusedWithThoseThatAre() {
    StructType schema = StructType.fromDDL("doc STRUCT<title: STRING, body: STRING>");
    assertThatThrownBy(
            () -> tinyGenerator().setPromptTemplate("{{ doc.titel }}").transformSchema(schema))
        .hasMessage("promptTemplate: the column 'doc' has no field 'titel'; it has title, body");
  }

  @Test
  void theCaseOfNamesCountsIfTheSessionSaysSo() {
    StructType schema = StructType.fromDDL("id INT").add("Text", "string");
    TextGenerator generator = tinyGenerator().setInputCol("text");
    assertThat(generator.transformSchema(schema).fieldNames()).contains("Text", "error");
    spark.conf().set("spark.sql.caseSensitive", true);
    try {
      assertThatThrownBy(() -> generator.transformSchema(schema))
          .hasMessageContaining("there is no column 'text'; there are id, Text");
      StructType both = schema.add("text", "string").add("Error", "string");
      assertThat(generator.transformSchema(both).fieldNames()).contains("Error", "error");
      Dataset<Row> rows = spark.sql("SELECT 'abc' AS Text, 'a' AS text");
      assertThat(promptTokens(generated(rows, tinyGenerator().setInputCol("Text")).get(0)))
          .isEqualTo("[user:abc][assistant:".length());
      assertThat(promptTokens(generated(rows, tinyGenerator().setInputCol("text")).get(0)))
          .isEqualTo("[user:a][assistant:".length());
    } finally {
      spark.conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void columnsWhoseNamesAreOneToSparkAreRefused() {
    TextGenerator generator = tinyGenerator().setInputCol("text");
    StructType twice = new StructType().add("text", "string").add("id", "int").add("id", "int");
    assertThatThrownBy(() -> generator.transformSchema(twice))
        .hasMessage("the input has two columns 'id': rename one");
    StructType cases = new StructType().add("text", "string").add("id", "int").add("Id", "int");
    assertThatThrownBy(() -> generator.transformSchema(cases))
        .hasMessage(
            "the input has the columns 'id' and 'Id', whose names are one to Spark while"
                + " spark.sql.caseSensitive is false: rename one");
  }

  @Test
  void aTemplateWithoutAColumnIsWarnedOf() {
    assertThat(warnings(() -> tinyGenerator().setPromptTemplate("Hi.").transform(spark.range(2))))
        .containsExactly("promptTemplate names no column, so that all rows have the same prompt");
    assertThat(
            warnings(() -> tinyGenerator().setPromptTemplate("{{ id }}").transform(spark.range(2))))
        .isEmpty();
  }

  private static List<String> warnings(Runnable action) {
    return LoggedWarnings.of(TextGenerator.class, action);
  }

  private static Dataset<Row> conversations(String... lines) throws IOException {
    Path file = Files.createTempFile(folder, "rows", ".jsonl");
    Files.write(file, List.of(lines));
    return spark.read().json(file.toString()).coalesce(1);
  }

  @Test
  void textPartsOfAMessageAreJoinedAndOthersAreTheRowsError() throws IOException {
    String part = "{\"m\": [{\"role\": \"user\", \"content\": %s}]}";
    String joined =
        "[{\"type\": \"text\", \"text\": \"ab\"}, {\"type\": \"text\", \"text\": \"cd\"}]";
    String image = "[{\"type\": \"image_url\", \"image_url\": {\"url\": \"x\"}}]";
    String empty = "[{\"type\": \"text\"}]";
    String text = "\"abcd\"";
    String list = "\"[1, 2]\"";
    String untyped = "\"[{\\\"a\\\": 1}]\"";
    for (List<String> contents :
        List.of(
            List.of(joined, image, empty), List.of(joined, image, empty, text, list, untyped))) {
      Dataset<Row> rows =
          conversations(contents.stream().map(part::formatted).toArray(String[]::new));
      List<Row> made = generated(rows, tinyGenerator().setMessagesCol("m"));
      assertThat(promptTokens(made.get(0))).isEqualTo("[user:abcd][assistant:".length());
      assertThat(error(made.get(0))).isNull();
      assertThat(error(made.get(1)))
          .isEqualTo(
              "messages column 'm' has a part of type image_url: only parts of type text with a"
                  + " text can be used");
      assertThat(error(made.get(2))).contains("has a part of type text");
      if (contents.size() > 3) {
        assertThat(made.get(3).<String>getAs("generated_text"))
            .isEqualTo(made.get(0).getAs("generated_text"));
        assertThat(promptTokens(made.get(4))).isEqualTo("[user:[1, 2]][assistant:".length());
        assertThat(promptTokens(made.get(5))).isEqualTo("[user:[{\"a\": 1}]][assistant:".length());
      }
    }
  }

  @Test
  void messagesOfATypeThatHasNoTextAreRefusedBeforeAnythingRuns() {
    for (String type :
        List.of(
            "array<struct<role:string,content:int>>",
            "array<struct<role:int,content:string>>",
            "array<struct<role:string,content:struct<text:string>>>",
            "array<struct<role:string,content:array<struct<text:string>>>>",
            "array<struct<role:string,content:string,raw:binary>>",
            "array<string>",
            "string")) {
      StructType schema =
          new StructType().add("m", org.apache.spark.sql.types.DataType.fromDDL(type));
      assertThatThrownBy(() -> tinyGenerator().setMessagesCol("m").transformSchema(schema))
          .hasMessageContaining("messagesCol 'm' must have type array<struct<role:string,");
    }
  }

  @Test
  void aMessageWithoutATextIsAnErrorUnlessItCallsATool() throws IOException {
    Dataset<Row> rows =
        conversations(
            "{\"m\": [{\"role\": \"user\", \"content\": null}]}",
            "{\"m\": [{\"role\": \"assistant\", \"content\": null}]}",
            "{\"m\": [{\"role\": \"user\", \"content\": \"a\"}, null]}",
            "{\"m\": [{\"content\": \"a\"}]}",
            "{\"m\": null}",
            "{\"m\": [{\"role\": \"assistant\", \"content\": null, \"tool_calls\":"
                + " [{\"function\": {\"name\": \"f\", \"arguments\": {\"x\": 1}}}]}]}");
    List<Row> made = generated(rows, tinyGenerator().setMessagesCol("m"));
    for (int i = 0; i < 4; i++) {
      assertThat(error(made.get(i)))
          .isEqualTo("messages column 'm' has a message with a null in it");
    }
    assertThat(error(made.get(4))).isEqualTo("messages column 'm' is null");
    assertThat(error(made.get(5))).isNull();
  }

  @Test
  void whatIsKnownOfColumnsStays() {
    Dataset<Row> rows =
        spark
            .sql("SELECT timestamp'2024-01-01 00:00:00' AS `at.time`, 'a' AS text")
            .withWatermark("`at.time`", "1 minute");
    StructType before = rows.schema();
    StructType after = tinyGenerator().setInputCol("text").transform(rows).schema();
    assertThat(after.apply("at.time").metadata()).isEqualTo(before.apply("at.time").metadata());
    assertThat(after.apply("generated_text").metadata().toString()).isEqualTo("{}");
  }

  @Test
  void aWatermarkServesAWindowBehindTheGenerator() throws Exception {
    Path input = Files.createDirectories(folder.resolve("stream"));
    Files.writeString(
        input.resolve("a.json"),
        "{\"time\": \"2024-01-01T00:00:00Z\", \"text\": \"a\"}\n"
            + "{\"time\": \"2024-01-01T01:00:00Z\", \"text\": \"b\"}\n");
    Dataset<Row> stream =
        spark
            .readStream()
            .schema("time TIMESTAMP, text STRING")
            .json(input.toString())
            .withWatermark("time", "1 minute");
    Dataset<Row> counts =
        tinyGenerator()
            .setInputCol("text")
            .setMaxTokens(1)
            .transform(stream)
            .groupBy(functions.window(functions.col("time"), "5 minutes"))
            .count();
    var query =
        counts
            .writeStream()
            .format("memory")
            .queryName("counts")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .outputMode("append")
            .start();
    try {
      query.processAllAvailable();
      assertThat(spark.table("counts").count()).isEqualTo(1);
    } finally {
      query.stop();
    }
  }
}
