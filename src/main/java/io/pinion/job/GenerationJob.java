package io.pinion.job;

import io.pinion.guide.GuideRequest;
import io.pinion.guide.json.JsonOptions;
import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFile.Input;
import io.pinion.setting.Setting;
import io.pinion.spark.TextGenerator;
import io.pinion.spark.ledger.Ledger;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.plan.StageProfile;
import io.pinion.spark.plan.StageResources;
import io.pinion.spark.task.ModelReport;
import io.pinion.spark.task.TaskSetting;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The generation of a job: its input, and a {@link TextGenerator} with its settings. */
final class GenerationJob {
  private static final String RESERVED = "_pinion_";

  private final JobFile job;
  private final SparkSession spark;
  private final TextGenerator generator;

  /** Of the stage that generates; {@code null} for that of the session. */
  private final ResourceProfile profile;

  /**
   * @throws JobException if the session cannot give the job its resources
   */
  GenerationJob(JobFile job, SparkSession spark) {
    this.job = job;
    this.spark = spark;
    this.generator = generator(job);
    this.profile = profile(job.resources(), spark);
  }

  private static ResourceProfile profile(StageProfile resources, SparkSession spark) {
    try {
      return resources == null ? null : resources.in(spark.sparkContext());
    } catch (IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  /**
   * The rows to generate for.
   *
   * @throws JobException if the input is not there
   */
  Dataset<Row> read() {
    Input input = job.input();
    Dataset<Row> rows;
    try {
      DataFrameReader reader = spark.read().options(input.options());
      if (input.schema() != null) {
        reader = reader.schema(columns(input.schema()));
      }
      rows =
          input.isTable()
              ? reader.table(input.table())
              : reader.format(input.format()).load(input.paths().toArray(String[]::new));
    } catch (JobException e) {
      throw e;
    } catch (Exception e) {
      // Sources throw what they like, such as a database's SQLException.
      String cause = e instanceof AnalysisException ? e.getMessage() : Messages.cause(e);
      throw new JobException("input: " + cause, e);
    }
    requireNoReserved(rows.columns());
    return input.limit() > 0 ? rows.limit(input.limit()) : rows;
  }

  /**
   * The rows in the partitions that the job asks for. Plans them, which Spark refuses for some
   * columns, so that their {@link #schema} is to be checked before.
   */
  Dataset<Row> spread(Dataset<Row> rows) {
    return InputPartitions.spread(rows, job.input());
  }

  /** Columns that are added to the rows for a while would be mistaken for the input's. */
  private static void requireNoReserved(String[] columns) {
    List<String> problems =
        Arrays.stream(columns)
            .filter(column -> column.toLowerCase(Locale.ROOT).startsWith(RESERVED))
            .map(
                column ->
                    "input has a column %s: names that begin with %s are Pinion's own, so rename it"
                        .formatted(column, RESERVED))
            .toList();
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
  }

  private static StructType columns(String schema) {
    try {
      return StructType.fromDDL(schema);
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new JobException(
            "input.schema " + schema + ": " + e.getMessage().strip().lines().findFirst().orElse(""),
            e);
      }
      throw e;
    }
  }

  /**
   * The columns of the rows with those that are generated.
   *
   * @throws JobException if the job does not fit the table's columns
   */
  StructType schema(Dataset<Row> rows) {
    try {
      return generator.transformSchema(rows.schema(), GenerationJob::key);
    } catch (IllegalArgumentException e) {
      throw new JobException(e.getMessage(), e);
    }
  }

  /**
   * The rows with the generated columns; nothing runs yet.
   *
   * @param rows with a {@link #schema} that fits
   * @param ledger what is generated already; {@code null} for nothing
   */
  Dataset<Row> transform(Dataset<Row> rows, Ledger ledger) {
    Dataset<Row> generated = generator.transformWith(rows, ledger);
    return profile == null ? generated : StageResources.of(generated, profile);
  }

  /** The key of a setting in a job file. */
  private static String key(Setting setting) {
    if (setting.key() != null) {
      return setting.path();
    }
    return setting == TaskSetting.GUIDE_COLUMN ? "guide.from-column" : "sampling";
  }

  /**
   * Tries out in a task of its own whether the executors can run the model.
   *
   * @param schema of the input
   * @param digests whether to read all of the model's files
   * @return the digests of the files by name; empty unless they were asked for
   * @throws IllegalStateException if they cannot
   */
  Map<String, String> requireModel(StructType schema, boolean digests) {
    ModelReport report = generator.inspectModel(spark, schema, digests, profile);
    if (report.problem() != null) {
      throw new IllegalStateException(report.problem());
    }
    return report.digests();
  }

  /** That all rows have the same prompt, if they do. */
  Optional<String> samePrompt() {
    return generator.samePrompt(GenerationJob::key);
  }

  /** What the guide of all rows says else than its author may think, see {@link GuideRequest}. */
  List<String> guideHints() {
    String guide = job.settings().text(TaskSetting.GUIDE);
    return guide == null
        ? List.of()
        : GuideRequest.parse(guide, JsonOptions.DEFAULT).hints().stream()
            .map(hint -> "guide.json-schema: " + hint)
            .toList();
  }

  /** The counters of the run; {@code null} before {@link #transform}. */
  GenerationMetrics metrics() {
    return generator.metrics();
  }

  private static TextGenerator generator(JobFile job) {
    TextGenerator generator = new TextGenerator();
    job.settings().given().forEach(generator::set);
    boolean threads = job.settings().given().containsKey(TaskSetting.THREADS);
    if (!threads && job.resources() != null && job.resources().cores() > 0) {
      // Executors know of the session's cores alone.
      generator.set(TaskSetting.THREADS, job.resources().cores());
    }
    return generator;
  }
}
