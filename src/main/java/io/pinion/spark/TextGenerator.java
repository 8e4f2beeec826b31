package io.pinion.spark;

import io.pinion.engine.ModelLoader;
import io.pinion.engine.ModelOptions;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.GuideRequest.Kind;
import io.pinion.guide.json.JsonOptions;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.column.ParsedColumn;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.task.PartitionFunction;
import io.pinion.spark.task.TaskOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Adds generated text to a table: a Spark ML transformer for Java, Scala and (through {@code
 * JavaTransformer}) Python.
 *
 * <pre>{@code
 * new TextGenerator()
 *     .setModelUrl("/models/SmolLM2-135M-Instruct.gguf")
 *     .setPromptTemplate("Summarise in one sentence: {{ body }}")
 *     .setMaxTokens(64)
 *     .transform(mails);
 * }</pre>
 *
 * <p>Adds the output column (generated_text), finish_reason (stop, length, error), prompt_tokens,
 * completion_tokens, error (null, or class and message), with a JSON Schema for all rows the parsed
 * column, and what {@code include} names; arrays where {@code n} is above 1. The order of rows in a
 * partition is kept. Lazy, as every transformer: nothing runs before an action.
 */
public final class TextGenerator extends TextGeneratorParams implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  private transient GenerationMetrics metrics;

  public TextGenerator() {
    this(Identifiable$.MODULE$.randomUID("textGenerator"));
  }

  public TextGenerator(String uid) {
    super(uid);
  }

  /** Reads a generator that {@code write()} saved. */
  public static MLReader<TextGenerator> read() {
    return new DefaultParamsReader<>();
  }

  /** Reads a generator from a path. */
  public static TextGenerator load(String path) {
    return read().load(path);
  }

  @Override
  public MLWriter write() {
    return DefaultParamsWritable.super.write();
  }

  @Override
  public void save(String path) throws IOException {
    DefaultParamsWritable.super.save(path);
  }

  @Override
  public TextGenerator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** The counters of the last {@link #transform}; {@code null} before the first. */
  public GenerationMetrics metrics() {
    return metrics;
  }

  /**
   * The input's columns and those added.
   *
   * @throws IllegalArgumentException with every problem found: parameters out of range, columns
   *     that are missing, of the wrong type, or there already
   */
  @Override
  public StructType transformSchema(StructType schema) {
    List<String> problems = new InputCheck(this, schema).problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    StructType result = schema;
    for (StructField field : columns().fields()) {
      result = result.add(field);
    }
    return result;
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema());
    metrics = new GenerationMetrics(dataset.sparkSession().sparkContext());
    PartitionFunction function =
        new PartitionFunction(options(), columns(), schema, metrics, ModelLoader::share);
    return dataset.toDF().mapPartitions(function, Encoders.row(schema));
  }

  private OutputColumns columns() {
    return new OutputColumns(getOutputCol(), getN() > 1, List.of(getInclude()), parsed());
  }

  /** The column of parsed JSON; {@code null} where there is no one schema for it. */
  ParsedColumn parsed() {
    GuideRequest request = guideRequest();
    boolean typed =
        request != null && request.kind() == Kind.JSON_SCHEMA && !getParsedCol().isEmpty();
    return typed ? ParsedColumn.of(getParsedCol(), request.text()) : null;
  }

  /** The guide of rows that have none of their own, or {@code null}. */
  GuideRequest guideRequest() {
    return getGuide() == null ? null : GuideRequest.parse(getGuide(), jsonOptions());
  }

  private JsonOptions jsonOptions() {
    return new JsonOptions(getPropertyOrder().equals("any"), getWhiteSpace());
  }

  private TaskOptions options() {
    return new TaskOptions(
        new ModelOptions(
            getModelUrl(),
            getRevision(),
            getDtype(),
            getMaxModelLength(),
            getBatchSize(),
            getPlain(),
            getSpeculate(),
            getThreads()),
        getDevice(),
        getInputCol(),
        getMessagesCol(),
        getPromptTemplate(),
        getSystem(),
        getIdCol(),
        sampling(),
        samplingColumns(),
        guideRequest(),
        getGuideCol(),
        getGuideKind() == null ? null : Kind.of(getGuideKind()),
        jsonOptions(),
        getCloseAtMaxTokens(),
        getOnError().equals("fail"),
        List.of(getInclude()),
        getBatchSize() * getLookAhead(),
        getDeduplicate());
  }

  SamplingParameters sampling() {
    return new SamplingParameters(
        getTemperature(),
        getTopP(),
        getTopK(),
        getMinP(),
        getRepetitionPenalty(),
        getPresencePenalty(),
        getFrequencyPenalty(),
        getMaxTokens(),
        getMinTokens(),
        List.of(getStop()),
        Arrays.stream(getStopTokenIds()).boxed().toList(),
        getSeed(),
        getN(),
        getBeamWidth(),
        getIgnoreEos());
  }

  /** By parameter, the column it is taken from; an entry without "=" has an empty column. */
  Map<String, String> samplingColumns() {
    Map<String, String> columns = new LinkedHashMap<>();
    for (String entry : getSamplingCols()) {
      int at = entry.indexOf('=');
      columns.put(at < 0 ? entry : entry.substring(0, at), at < 0 ? "" : entry.substring(at + 1));
    }
    return columns;
  }

  public TextGenerator setInputCol(String value) {
    set(inputCol(), value);
    return this;
  }

  public TextGenerator setMessagesCol(String value) {
    set(messagesCol(), value);
    return this;
  }

  public TextGenerator setPromptTemplate(String value) {
    set(promptTemplate(), value);
    return this;
  }

  public TextGenerator setSystem(String value) {
    set(system(), value);
    return this;
  }

  public TextGenerator setOutputCol(String value) {
    set(outputCol(), value);
    return this;
  }

  public TextGenerator setIdCol(String value) {
    set(idCol(), value);
    return this;
  }

  public TextGenerator setModelUrl(String value) {
    set(modelUrl(), value);
    return this;
  }

  public TextGenerator setRevision(String value) {
    set(revision(), value);
    return this;
  }

  public TextGenerator setDtype(String value) {
    set(dtype(), value);
    return this;
  }

  public TextGenerator setDevice(String value) {
    set(device(), value);
    return this;
  }

  public TextGenerator setMaxModelLength(int value) {
    set(maxModelLength(), value);
    return this;
  }

  public TextGenerator setThreads(int value) {
    set(threads(), value);
    return this;
  }

  public TextGenerator setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  /** Whether to generate by the plain path, the slow twin that results are compared with. */
  public TextGenerator setPlain(boolean value) {
    set(plain(), value);
    return this;
  }

  /** Whether steps of few tokens take in drafts of what may come next. */
  public TextGenerator setSpeculate(boolean value) {
    set(speculate(), value);
    return this;
  }

  public TextGenerator setLookAhead(int value) {
    set(lookAhead(), value);
    return this;
  }

  public TextGenerator setDeduplicate(boolean value) {
    set(deduplicate(), value);
    return this;
  }

  public TextGenerator setTemperature(double value) {
    set(temperature(), value);
    return this;
  }

  public TextGenerator setTopP(double value) {
    set(topP(), value);
    return this;
  }

  public TextGenerator setTopK(int value) {
    set(topK(), value);
    return this;
  }

  public TextGenerator setMinP(double value) {
    set(minP(), value);
    return this;
  }

  public TextGenerator setRepetitionPenalty(double value) {
    set(repetitionPenalty(), value);
    return this;
  }

  public TextGenerator setPresencePenalty(double value) {
    set(presencePenalty(), value);
    return this;
  }

  public TextGenerator setFrequencyPenalty(double value) {
    set(frequencyPenalty(), value);
    return this;
  }

  public TextGenerator setMaxTokens(int value) {
    set(maxTokens(), value);
    return this;
  }

  public TextGenerator setMinTokens(int value) {
    set(minTokens(), value);
    return this;
  }

  public TextGenerator setStop(String... value) {
    set(stop(), value);
    return this;
  }

  public TextGenerator setStopTokenIds(int... value) {
    set(stopTokenIds(), value);
    return this;
  }

  public TextGenerator setSeed(long value) {
    set(seed(), value);
    return this;
  }

  public TextGenerator setN(int value) {
    set(n(), value);
    return this;
  }

  public TextGenerator setBeamWidth(int value) {
    set(beamWidth(), value);
    return this;
  }

  public TextGenerator setIgnoreEos(boolean value) {
    set(ignoreEos(), value);
    return this;
  }

  public TextGenerator setSamplingCols(String... value) {
    set(samplingCols(), value);
    return this;
  }

  public TextGenerator setOnError(String value) {
    set(onError(), value);
    return this;
  }

  public TextGenerator setInclude(String... value) {
    set(include(), value);
    return this;
  }

  /** As JSON, such as {@code {"regex": "[a-z]+"}}; {@code null} for none. */
  public TextGenerator setGuide(String value) {
    if (value == null) {
      clear(guide());
    } else {
      set(guide(), value);
    }
    return this;
  }

  /** A guide of a JSON Schema, given as JSON. */
  public TextGenerator setJsonSchema(String value) {
    return setGuide("{\"json_schema\": " + value + "}");
  }

  public TextGenerator setGuideCol(String value) {
    set(guideCol(), value);
    return this;
  }

  public TextGenerator setGuideKind(String value) {
    set(guideKind(), value);
    return this;
  }

  public TextGenerator setPropertyOrder(String value) {
    set(propertyOrder(), value);
    return this;
  }

  public TextGenerator setWhiteSpace(int value) {
    set(whiteSpace(), value);
    return this;
  }

  public TextGenerator setCloseAtMaxTokens(boolean value) {
    set(closeAtMaxTokens(), value);
    return this;
  }

  public TextGenerator setParsedCol(String value) {
    set(parsedCol(), value);
    return this;
  }
}
