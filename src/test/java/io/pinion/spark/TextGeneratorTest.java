package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.setting.Setting;
import io.pinion.spark.metric.DeviceUsage;
import io.pinion.spark.task.TaskOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transformer over real partitions with a tiny random model. */
class TextGeneratorTest extends SparkTest {
  private static final StructType ROWS = StructType.fromDDL("id INT, text STRING, limit INT");

  private static TextGenerator withoutId() {
    return tinyGenerator().setPromptTemplate("say {{ text }}").setMaxTokens(12);
  }

  private static TextGenerator generator() {
    return withoutId().setIdCol("id");
  }

  private static Dataset<Row> rows(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(RowFactory.create(i, "row " + i * 7 % 13, 1 + i % 5));
    }
    return spark.createDataFrame(rows, ROWS);
  }

  private static Map<Integer, String> texts(Dataset<Row> generated) {
    Map<Integer, String> texts = new TreeMap<>();
    for (Row row : generated.collectAsList()) {
      texts.put(row.getAs("id"), row.getAs("generated_text"));
    }
    return texts;
  }

  @Test
  void columnsAreAddedInTheOrderOfTheRows() {
    TextGenerator generator = generator();
    List<Row> generated = generator.transform(rows(30).coalesce(1)).collectAsList();
    assertThat(generated.get(0).schema().simpleString())
        .isEqualTo(
            "struct<id:int,text:string,limit:int,generated_text:string,finish_reason:string,"
                + "prompt_tokens:int,completion_tokens:int,"
                + "error:struct<class:string,message:string>>");
    assertThat(generated).extracting(row -> row.getAs("id")).containsExactlyElementsOf(ids(30));
    for (Row row : generated) {
      assertThat(row.<String>getAs("finish_reason")).isIn("stop", "length");
      assertThat(row.<Row>getAs("error")).isNull();
      int prompt = "[user:say ][assistant:".length() + row.<String>getAs("text").length();
      assertThat(row.<Integer>getAs("prompt_tokens")).isEqualTo(prompt);
    }
    assertThat(generator.metrics().rowsOk()).isEqualTo(30);
    assertThat(generator.metrics().rowsFailed()).isZero();
    assertThat(generator.metrics().completionTokens())
        .isEqualTo(
            generated.stream().mapToInt(row -> row.<Integer>getAs("completion_tokens")).sum());
  }

  private static List<Integer> ids(int count) {
    return java.util.stream.IntStream.range(0, count).boxed().toList();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void theTextsAreTheSameForAnyPartitionsAndAnyBatch(double temperature) {
    TextGenerator generator = generator().setTemperature(temperature).setSeed(7);
    Map<Integer, String> expected = texts(generator.transform(rows(40).repartition(1)));
    assertThat(expected).hasSize(40);
    for (int partitions : new int[] {2, 8}) {
      assertThat(texts(generator.transform(rows(40).repartition(partitions)))).isEqualTo(expected);
    }
    for (int slots : new int[] {1, 5}) {
      assertThat(texts(generator.setBatchSize(slots).transform(rows(40).repartition(3))))
          .isEqualTo(expected);
    }
  }

  @Test
  void anotherSeedGivesOtherTexts() {
    Dataset<Row> rows = rows(10);
    TextGenerator generator = generator().setTemperature(1);
    assertThat(texts(generator.setSeed(1).transform(rows)))
        .isNotEqualTo(texts(generator.setSeed(2).transform(rows)));
  }

  @Test
  void withoutAnIdColumnEqualPromptsHaveEqualTextsWhereverTheyStand() {
    TextGenerator generator = withoutId().setTemperature(1).setMaxTokens(5);
    Map<String, String> byText = new TreeMap<>();
    for (Row row : generator.transform(rows(26).repartition(4)).collectAsList()) {
      String text = row.getAs("generated_text");
      assertThat(byText.merge(row.getAs("text"), text, (a, b) -> a)).isEqualTo(text);
    }
    assertThat(byText).hasSize(13);
  }

  @Test
  void emptyPartitionsLoadNoModel() {
    TextGenerator generator = generator().setModelUrl("/nowhere.gguf");
    Dataset<Row> none = rows(3).filter("id > 5").repartition(4);
    assertThat(generator.transform(none).collectAsList()).isEmpty();
    assertThat(generator.metrics().usage()).isEmpty();
  }

  @Test
  void oneModelServesAllTasksOfAnExecutor() throws IOException {
    String fresh = TinyModelDirectory.write(folder.resolve("fresh"), 5).toString();
    TextGenerator generator = generator().setModelUrl(fresh);
    generator.transform(rows(40).repartition(8)).collectAsList();
    assertThat(generator.metrics().usage()).hasSize(1);
    DeviceUsage usage = generator.metrics().usage().get(0);
    assertThat(usage.loads()).isEqualTo(1);
    assertThat(usage.rows()).isEqualTo(40);
    assertThat(usage.device()).isEqualTo("cpu");
    assertThat(usage.versions()).containsEntry("pytorch", "2.7.1").containsEntry("cuda", "none");
    generator.transform(rows(4)).collectAsList();
    assertThat(generator.metrics().usage().get(0).loads()).isZero();
  }

  @Test
  void transformersOfOtherSettingsShareTheWeightsOfAModel() throws IOException {
    Path shared = TinyModelDirectory.write(folder.resolve("shared"), 6);
    TextGenerator first = generator().setModelUrl(shared.toString());
    Map<Integer, String> expected = texts(first.transform(rows(20)));
    List<TextGenerator> others =
        List.of(
            generator().setModelUrl(shared.toUri().toString()).setDevice("cpu"),
            generator().setModelUrl(shared.toString()).setSpeculate(false).setBatchSize(3),
            generator().setModelUrl(shared.toString()).setPlain(true).setThreads(1),
            generator().setModelUrl(shared.toString()).setMaxModelLength(100));
    assertThat(first.metrics().usage()).extracting(DeviceUsage::loads).containsExactly(1L);
    for (TextGenerator other : others) {
      assertThat(texts(other.transform(rows(20)))).isEqualTo(expected);
      assertThat(other.metrics().usage()).extracting(DeviceUsage::loads).containsExactly(0L);
      assertThat(other.metrics().usage()).extracting(DeviceUsage::releases).containsExactly(0L);
    }
  }

  @Test
  void twoTransformersInOneStageRunInTheSameTasks() {
    Dataset<Row> texts =
        generator().transform(rows(20).repartition(4)).selectExpr("id", "generated_text AS text");
    TextGenerator second = generator().setBatchSize(3);
    List<Row> rows = second.transform(texts).collectAsList();
    assertThat(rows).hasSize(20).allSatisfy(row -> assertThat(row.<Row>getAs("error")).isNull());
  }

  @Test
  void aRowThatFailsKeepsItsPlaceAndSaysWhy() {
    Dataset<Row> rows =
        rows(6)
            .coalesce(1)
            .withColumn(
                "text",
                functions
                    .when(functions.col("id").equalTo(2), functions.lit(null))
                    .when(functions.col("id").equalTo(4), functions.lit("long ".repeat(40)))
                    .otherwise(functions.col("text")));
    TextGenerator generator = generator();
    List<Row> generated = generator.transform(rows).collectAsList();
    assertThat(generated).extracting(row -> row.getAs("id")).containsExactlyElementsOf(ids(6));
    assertThat(message(generated.get(2))).isEqualTo("prompt column 'text' is null");
    assertThat(message(generated.get(4))).contains("222 tokens").contains("128");
    assertThat(generated.get(2).<String>getAs("finish_reason")).isEqualTo("error");
    assertThat(generated.get(2).<String>getAs("generated_text")).isNull();
    assertThat(generated.get(3).<Row>getAs("error")).isNull();
    assertThat(generator.metrics().rowsOk()).isEqualTo(4);
    assertThat(generator.metrics().rowsFailed()).isEqualTo(2);
  }

  private static String message(Row row) {
    return row.<Row>getAs("error").getAs("message");
  }

  @Test
  void onErrorFailEndsTheJobWithTheRowNamed() {
    Dataset<Row> rows = rows(6).coalesce(1).withColumn("text", functions.lit(null).cast("string"));
    TextGenerator generator = generator().setOnError("fail");
    assertThatThrownBy(() -> generator.transform(rows).collectAsList())
        .hasStackTraceContaining(
            "row 0 failed, and on-error is fail: prompt column 'text' is null");
  }

  @Test
  void samplingCanComeFromColumns() {
    TextGenerator generator = generator().setIgnoreEos(true).setSamplingCols("max-tokens=limit");
    for (Row row : generator.transform(rows(10)).collectAsList()) {
      assertThat(row.<Integer>getAs("completion_tokens")).isEqualTo(row.<Integer>getAs("limit"));
      assertThat(row.<String>getAs("finish_reason")).isEqualTo("length");
    }
  }

  @Test
  void stopsCanComeFromColumnsToo() {
    Dataset<Row> rows =
        rows(12)
            .withColumn("halt", functions.expr("CASE WHEN id % 3 = 0 THEN array('zz') END"))
            .withColumn("ids", functions.expr("CASE WHEN id % 3 = 1 THEN sequence(0, 255) END"))
            .withColumn("on", functions.expr("id % 3 = 2"));
    TextGenerator generator =
        generator().setSamplingCols("stop=halt", "stop-token-ids=ids", "ignore-eos=on");
    for (Row row : generator.transform(rows).collectAsList()) {
      assertThat(row.<Row>getAs("error")).isNull();
      if (row.<Integer>getAs("id") % 3 == 1) {
        assertThat(row.<Integer>getAs("completion_tokens")).isEqualTo(1);
        assertThat(row.<String>getAs("finish_reason")).isEqualTo("stop");
      }
      if (row.<Integer>getAs("id") % 3 == 2) {
        assertThat(row.<String>getAs("finish_reason")).isEqualTo("length");
      }
    }
    assertThatThrownBy(() -> generator().setSamplingCols("stop=limit").transform(rows))
        .hasMessageContaining(
            "samplingCols stop in column 'limit' must be a list of non-empty strings, has type");
    assertThatThrownBy(() -> generator().setSamplingCols("n=limit").transform(rows))
        .hasMessageContaining(
            "samplingCols must be a list of NAME=COLUMN with a NAME of temperature, top-p, ")
        .hasMessageContaining(", has 'n=limit'");
  }

  @Test
  void severalCompletionsMakeArrays() {
    TextGenerator generator =
        generator().setN(3).setTemperature(1).setInclude("token_ids", "logprobs");
    for (Row row : generator.transform(rows(5)).collectAsList()) {
      List<String> texts = row.getList(row.fieldIndex("generated_text"));
      assertThat(texts).hasSize(3).doesNotHaveDuplicates();
      List<Integer> counts = row.getList(row.fieldIndex("completion_tokens"));
      List<scala.collection.Seq<Object>> ids = row.getList(row.fieldIndex("token_ids"));
      List<scala.collection.Seq<Object>> logprobs = row.getList(row.fieldIndex("logprobs"));
      for (int i = 0; i < 3; i++) {
        assertThat(ids.get(i).size()).isEqualTo(counts.get(i));
        assertThat(logprobs.get(i).size()).isEqualTo(counts.get(i));
      }
    }
  }

  @Test
  void conversationsGoThroughTheModelsTemplate() {
    Dataset<Row> rows =
        rows(3)
            .withColumn(
                "chat", functions.expr("array(named_struct('role', 'system', 'content', text))"));
    TextGenerator chat = tinyGenerator().setMessagesCol("chat").setMaxTokens(3);
    for (Row row : chat.transform(rows).collectAsList()) {
      int length = "[system:][assistant:".length() + row.<String>getAs("text").length();
      assertThat(row.<Integer>getAs("prompt_tokens")).isEqualTo(length);
    }
  }

  @Test
  void oneGeneratorCanReadWhatAnotherWrote() {
    TextGenerator second =
        withoutId().setPromptTemplate("{{ first }}").setIdCol("id").setOutputCol("second");
    Dataset<Row> first =
        generator()
            .setOutputCol("first")
            .transform(rows(4))
            .drop("finish_reason", "prompt_tokens", "completion_tokens", "error");
    assertThat(second.transform(first).collectAsList())
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.<Row>getAs("error")).isNull());
    // Without a projection between them, Spark hands the rows over as they are.
    Dataset<Row> direct =
        generator()
            .transform(rows(4))
            .map(
                (org.apache.spark.api.java.function.MapFunction<Row, Row>)
                    row -> RowFactory.create(row.<Integer>getAs("id")),
                org.apache.spark.sql.Encoders.row(StructType.fromDDL("id INT")));
    assertThat(direct.collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactlyInAnyOrderElementsOf(ids(4));
  }

  @Test
  void everyProblemIsReportedBeforeAnythingRuns() {
    TextGenerator wrong =
        new TextGenerator()
            .setPromptTemplate("{{ txt }}")
            .setInputCol("text")
            .setDtype("f64")
            .setTemperature(-1)
            .setSamplingCols("max-tokens=text", "n=text")
            .setInclude("scores");
    assertThatThrownBy(() -> wrong.transformSchema(ROWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("modelUrl is not set")
        .hasMessageContaining("dtype must be one of auto, f32, bf16, f16, int8, is 'f64'")
        .hasMessageContaining("temperature must be a number from 0 to 100, is -1.0")
        .hasMessageContaining("set exactly one of inputCol, messagesCol and promptTemplate; 2 are")
        .hasMessageContaining("there is no column 'txt'; there are id, text, limit")
        .hasMessageContaining(
            "samplingCols max-tokens in column 'text' must be an integer, 1 or more, has type"
                + " string")
        .hasMessageContaining("has 'n=text'")
        .hasMessageContaining("include must be a list with any of token_ids, logprobs, has");
    assertThatThrownBy(() -> generator().transformSchema(ROWS.add("error", "string")))
        .hasMessageContaining("the input already has a column 'error'");
  }

  @Test
  void aSavedPipelineDoesWhatItDidBefore() throws Exception {
    TextGenerator generator = generator().setStop("x", "yz").setTemperature(0.5).setSeed(11);
    Dataset<Row> rows = rows(8);
    Map<Integer, String> expected = texts(generator.transform(rows));
    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {generator}).fit(rows);
    String path = folder.resolve("pipeline").toString();
    pipeline.write().overwrite().save(path);
    assertThat(texts(PipelineModel.load(path).transform(rows))).isEqualTo(expected);
    generator.write().overwrite().save(folder.resolve("single").toString());
    TextGenerator loaded = TextGenerator.load(folder.resolve("single").toString());
    assertThat(loaded.getStop()).containsExactly("x", "yz");
    assertThat(loaded.extractParamMap().toSeq().size())
        .isEqualTo(generator.extractParamMap().toSeq().size());
    assertThat(texts(loaded.transform(rows))).isEqualTo(expected);
  }

  @Test
  void everyParameterIsDocumented() {
    assertThat(generator().params()).allSatisfy(param -> assertThat(param.doc()).isNotBlank());
    assertThat(generator().explainParams()).contains("KV cache slots");
  }

  @Test
  void sparkFindsAParameterForEverySetting() {
    assertThat(generator().params())
        .extracting(Param::name)
        .containsExactlyInAnyOrderElementsOf(
            TextGeneratorParams.SETTINGS.stream().map(Setting::parameter).toList());
  }

  @Test
  void rangesAreThoseOfTheJobFile() {
    TextGenerator wrong =
        generator().setPresencePenalty(5).setBatchSize(65537).setLookAhead(1025).setThreads(-1);
    assertThatThrownBy(() -> wrong.transformSchema(ROWS))
        .hasMessage(
            """
            threads must be an integer from 0 to 1024, is -1
            batchSize must be an integer from 1 to 65536, is 65537
            lookAhead must be an integer from 1 to 1024, is 1025
            presencePenalty must be a number from -2 to 2, is 5.0""");
  }

  @Test
  void settingsThatDoNotGoTogetherAreRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> generator().setN(100).transformSchema(ROWS))
        .hasMessage("n must be at most batchSize, 64, is 100");
    TextGenerator beams = generator().setN(2).setBeamWidth(1).setTemperature(1).setMinTokens(13);
    assertThatThrownBy(() -> beams.transformSchema(ROWS))
        .hasMessage(
            """
            minTokens must be at most maxTokens, 12, is 13
            beamWidth must be at least n, 2, is 1
            temperature must be 0 with beamWidth, is 1.0""");
    // Each row brings its own limit, which only that row can break.
    generator().setMinTokens(13).setSamplingCols("max-tokens=limit").transformSchema(ROWS);
  }

  @Test
  void aValueThatIsNotAllowedIsTheErrorOfItsRowAlone() {
    Dataset<Row> rows = rows(6).coalesce(1).withColumn("p", functions.expr("id / 2D"));
    List<Row> generated = generator().setSamplingCols("top-p=p").transform(rows).collectAsList();
    assertThat(generated.stream().map(row -> row.<Row>getAs("error") == null))
        .containsExactly(false, true, true, false, false, false);
    assertThat(message(generated.get(3)))
        .isEqualTo("top-p in column 'p' must be a number above 0 and at most 1, is 1.5");
  }

  @Test
  void slotsThatNobodySetAreTheDevicesOwn() {
    assertThat(TaskOptions.of(generator().values()).model().slots()).isZero();
    assertThat(TaskOptions.of(generator().setBatchSize(64).values()).model().slots()).isEqualTo(64);
  }

  @Test
  void sparkCountsWhatItShowsOnItsStagePage() {
    TextGenerator generator = generator();
    generator.transform(rows(5)).collectAsList();
    assertThat(generator.metrics().rowsOk.name().get()).isEqualTo("pinion.rows.ok");
    assertThat(generator.metrics().rowsOk.isRegistered()).isTrue();
    assertThat(generator.metrics().completionTokens.name().get())
        .isEqualTo("pinion.tokens.completion");
  }
}
