package io.pinion.spark;

import io.pinion.engine.ModelLoader;
import io.pinion.setting.Setting;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.Names;
import io.pinion.spark.ledger.Ledger;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.plan.GenerateFunction;
import io.pinion.spark.plan.GenerateStrategy;
import io.pinion.spark.plan.Generation;
import io.pinion.spark.plan.PinionGenerate;
import io.pinion.spark.plan.RepeatedRuns;
import io.pinion.spark.plan.StageResources;
import io.pinion.spark.registry.SessionEnd;
import io.pinion.spark.task.ModelCheck;
import io.pinion.spark.task.ModelReport;
import io.pinion.spark.task.PartitionFunction;
import io.pinion.spark.task.TaskOptions;
import io.pinion.spark.task.TaskSetting;
import io.pinion.spark.task.TaskSlots;
import io.pinion.text.template.PromptTemplate;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

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
 * completion_tokens, error (null, or class and message), the parsed column if one JSON Schema
 * applies to all rows, and the columns in {@code include}. {@code outputPrefix} and {@code
 * outputStruct} name them otherwise, so that generators can follow each other. With {@code n} above
 * 1, the columns of completions are arrays. The order of rows in a partition is kept. Lazy like
 * every transformer: nothing runs before an action.
 */
public final class TextGenerator extends TextGeneratorParams<TextGenerator>
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 2;

  private static final Logger LOG = LoggerFactory.getLogger(TextGenerator.class);

  private transient GenerationMetrics metrics;

  public TextGenerator() {
    this(Identifiable$.MODULE$.randomUID("textGenerator"));
  }

  /**
   * A generator with the given uid.
   *
   * @throws IllegalStateException if this build does not run on the version of Spark, Scala or DJL
   *     that is present
   */
  public TextGenerator(String uid) {
    super(fitting(uid));
  }

  private static String fitting(String uid) {
    VersionCheck.require();
    return uid;
  }

  /** Reads a generator that {@code write()} saved. */
  public static MLReader<TextGenerator> read() {
    return new Reader();
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
   * The schema of the input with the added columns.
   *
   * @throws IllegalArgumentException with every problem found: parameters out of range, columns
   *     that are missing, have the wrong type, or already exist
   */
  @Override
  public StructType transformSchema(StructType schema) {
    return transformSchema(schema, Setting::parameter);
  }

  /**
   * As {@link #transformSchema(StructType)}, with other names of settings in the messages.
   *
   * @param name the name of a setting
   * @throws IllegalArgumentException as that method
   */
  public StructType transformSchema(StructType schema, Function<Setting, String> name) {
    List<String> problems = new InputCheck(this, schema, name).problems();
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
    StructType result = schema;
    for (StructField field : columns().fields()) {
      result = result.add(field);
    }
    return result;
  }

  /**
   * Tries out in a task of its own what can be known before any row runs: whether the task gets a
   * device, and whether the model is there, complete but for its weights, and fits the settings.
   * The problem that was found; empty if there is none.
   *
   * @throws IllegalArgumentException if the parameters do not fit the schema
   */
  public Optional<String> modelProblem(SparkSession spark, StructType schema) {
    return Optional.ofNullable(inspectModel(spark, schema, false, null).problem());
  }

  /**
   * Does what {@link #modelProblem} does and, if asked, reads all of the model's files.
   *
   * @param digests whether to digest the files, a second or so for each gigabyte
   * @param profile of the task's resources; {@code null} for those of the session
   * @throws IllegalArgumentException if the parameters do not fit the schema
   */
  public ModelReport inspectModel(
      SparkSession spark, StructType schema, boolean digests, ResourceProfile profile) {
    transformSchema(schema);
    Dataset<Long> one = spark.range(0, 1, 1, 1).as(Encoders.LONG());
    ModelCheck check = new ModelCheck(TaskOptions.of(values()), digests);
    Dataset<Row> report = one.mapPartitions(check, Encoders.STRING()).toDF();
    Dataset<Row> placed = profile == null ? report : StageResources.of(report, profile);
    return ModelReport.of(placed.first().getString(0));
  }

  /**
   * That all rows have the same prompt, if they do.
   *
   * @param name the name of a setting
   */
  public Optional<String> samePrompt(Function<Setting, String> name) {
    String template = getPromptTemplate();
    return template != null && PromptTemplate.parse(template).columns().isEmpty()
        ? Optional.of(
            name.apply(TaskSetting.PROMPT_TEMPLATE)
                + " names no column, so that all rows have the same prompt")
        : Optional.empty();
  }

  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    Dataset<Row> rows = transformWith(dataset, null);
    samePrompt(Setting::parameter).ifPresent(LOG::warn);
    TaskSlots.onePartition(dataset).ifPresent(LOG::warn);
    return rows;
  }

  /**
   * Transforms as {@link #transform(Dataset)} does, with a ledger: a row that has an answer in it
   * is not generated again, and the answers of the others are written to it while tasks run. The
   * rows, their partitions and their order are the same.
   *
   * @param ledger whose keys name this generator's settings; {@code null} for none
   */
  public Dataset<Row> transformWith(Dataset<?> dataset, Ledger ledger) {
    StructType schema = transformSchema(dataset.schema());
    SparkSession spark = dataset.sparkSession();
    metrics = new GenerationMetrics(spark.sparkContext());
    if (ledger == null && GenerateStrategy.isPartOf(spark)) {
      return planned(dataset, generation(dataset.schema()));
    }
    SessionEnd.watch(spark.sparkContext());
    RepeatedRuns.watch(spark);
    PartitionFunction function =
        new PartitionFunction(
            TaskOptions.of(values()),
            columns(),
            schema,
            metrics,
            ledger == null ? null : ledger.task(),
            TaskSlots.of(spark.sparkContext()),
            ModelLoader::share);
    Dataset<Row> rows = ledger == null ? dataset.toDF() : ledger.join(dataset.toDF());
    return withMetadata(
        rows.mapPartitions(new GenerateFunction(function), Encoders.row(schema)), schema);
  }

  private Dataset<Row> planned(Dataset<?> dataset, Generation generation) {
    var rows = (org.apache.spark.sql.classic.Dataset<?>) dataset;
    return Dataset$.MODULE$.ofRows(
        rows.sparkSession(), PinionGenerate.over(generation, rows.logicalPlan(), metrics));
  }

  /**
   * What this generator generates from rows of a schema, for a plan.
   *
   * @param name the name of a setting in messages
   * @throws IllegalArgumentException as {@link #transformSchema(StructType, Function)} does
   */
  public Generation generation(StructType schema, Function<Setting, String> name) {
    transformSchema(schema, name);
    return generation(schema);
  }

  /** As the other method, of a schema that was checked. */
  private Generation generation(StructType schema) {
    TaskOptions options = TaskOptions.of(values());
    Set<String> names = new LinkedHashSet<>(options.requestColumns());
    if (options.idColumn() != null) {
      names.add(options.idColumn());
    }
    Set<String> inputs = new LinkedHashSet<>();
    for (String named : names) {
      // Of a field in a struct, the column.
      int place = ColumnPath.find(schema, named).orElseThrow().places().get(0);
      inputs.add(schema.fields()[place].name());
    }
    return new Generation(options, columns(), List.copyOf(inputs));
  }

  /** Spark's rows lose what is known of their columns besides the type, such as a watermark. */
  private static Dataset<Row> withMetadata(Dataset<Row> rows, StructType schema) {
    if (Arrays.stream(schema.fields()).allMatch(field -> field.metadata().isEmpty())) {
      return rows;
    }
    return rows.select(
        Arrays.stream(schema.fields())
            .map(field -> rows.col(Names.quoted(field.name())).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  /**
   * Reads without asking Spark for the class by its name: over Spark Connect that is refused for a
   * class in a jar that only the session has.
   */
  private static final class Reader extends MLReader<TextGenerator> {
    @Override
    public TextGenerator load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sparkSession(), TextGenerator.class.getName());
      TextGenerator generator = new TextGenerator(metadata.uid());
      metadata.getAndSetParams(generator, Option.empty());
      return generator;
    }
  }
}
