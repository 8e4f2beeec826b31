package io.pinion.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.NamedFile;
import io.pinion.job.format.DataSources;
import io.pinion.job.progress.ErrorLimit;
import io.pinion.job.progress.ProgressBar;
import io.pinion.job.progress.RowCounts;
import io.pinion.job.progress.RowCounts.Count;
import io.pinion.job.progress.RunCurve;
import io.pinion.job.resume.AppendedRows;
import io.pinion.job.resume.Resumption;
import io.pinion.spark.metric.GenerationMetrics;
import io.pinion.spark.task.TaskSetting;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Console;

/**
 * One run of a job. Everything that can be known before the first row is known before anything is
 * written: the paths and tables, the columns, the guide, the model, and that the output can be
 * written. The output changes only when the job has succeeded.
 */
final class JobRun {
  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
  private static final String JOB_TAG = "pinion";
  private static final int FIRST_ROWS = 10;
  private static final int COLUMN_WIDTH = 60;

  private final JobFile job;
  private final RunOrigin repeated;
  private final CommandLine command;
  private final SparkSession spark;
  private final Messages messages;
  private final List<String> warnings = new ArrayList<>();
  private final RunCurve curve = new RunCurve(System::nanoTime);
  private Map<String, String> digests = Map.of();

  /**
   * @param repeated the run that this one repeats; {@code null} for none
   */
  JobRun(
      JobFile job, RunOrigin repeated, CommandLine command, SparkSession spark, Messages messages) {
    this.job = job;
    this.repeated = repeated;
    this.command = command;
    this.spark = spark;
    this.messages = messages;
  }

  /**
   * Runs the job. Returns the exit code.
   *
   * @throws JobException if it cannot start
   */
  int run() throws Exception {
    try (Resumption resumption = resumption()) {
      return run(resumption);
    }
  }

  private Resumption resumption() {
    Path folder = place("checkpoint", job.resume().checkpoint());
    Path cache = place("cache.path", job.resume().cachePath());
    return new Resumption(job, spark, folder, cache, messages::tell);
  }

  private Path place(String key, String path) {
    try {
      return path == null
          ? null
          : Places.resolved(new Path(path), spark.sessionState().newHadoopConf());
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException(key + " " + path + ": " + e.getMessage(), e);
    }
  }

  private int run(Resumption resumption) throws Exception {
    DataSources.require(spark, job);
    GenerationJob generation = new GenerationJob(job, spark);
    OutputPlace place = OutputPlace.of(job.output(), spark);
    if (job.output().mode().equals("error")
        && resumption.owns(place.name(), place.output().contents(false))) {
      // What this job wrote itself is no other output that it could destroy.
      place = place.replaced(job.output(), spark);
    }
    List<String> own = resumption.stagingFolders();
    place.recovered().stream()
        .filter(message -> own.stream().noneMatch(message::contains))
        .forEach(messages::tell);
    JobOutput output = place.output();
    if (output.exists() && place.mode().equals("ignore")) {
      return ignored(output);
    }
    if (output.exists() && place.mode().equals("error")) {
      throw new JobException(
          List.of(
              "the output "
                  + output.name()
                  + " exists already, and output.mode is error: name another, or set output.mode to"
                  + " overwrite, append or ignore"));
    }
    Dataset<Row> unspread = generation.read();
    StructType schema = generation.schema(unspread);
    Dataset<Row> rows = generation.spread(unspread);
    Overlap.check(spark, job, command, rows, place.folder());
    requireWritableReport();
    boolean digested = resumption.active() || !command.reports().isEmpty() || repeated != null;
    digests = generation.requireModel(rows.schema(), digested);
    requireSameModel();
    generation.guideHints().forEach(this::warn);
    generation.samePrompt().ifPresent(this::warn);
    resumption.open(digests, place.name(), command.force());
    try {
      output.prepare(schema);
      output.checkInput(rows);
      CutOffRuns cutOff = new CutOffRuns(resumption, output, messages);
      cutOff.settle(place.committed(), rows.columns());
      Dataset<Row> remaining = resumption.remaining(rows, output.isEmpty());
      int code = generate(generation, remaining, output, resumption);
      cutOff.discardRest();
      return code;
    } finally {
      output.discard();
    }
  }

  private int ignored(JobOutput output) throws IOException {
    String done =
        "the output %s exists already, and output.mode is ignore: nothing was done"
            .formatted(output.name());
    warn(done);
    requireWritableReport();
    GenerationMetrics none = new GenerationMetrics(spark.sparkContext());
    writeReport(reportOf(none, warnings), none);
    return 0;
  }

  private int generate(
      GenerationJob generation, Dataset<Row> rows, JobOutput output, Resumption resumption)
      throws Exception {
    long count = resumption.active() ? rows.count() : -1;
    Dataset<Row> generated = generation.transform(rows, resumption.ledger());
    resumption.started(count, output.staging());
    ErrorLimit limit = errorLimit();
    ProgressBar progress = progress(count);
    try {
      output.write(generated);
    } catch (Exception e) {
      if (limit.stopped()) {
        messages.tell(limit.message());
      } else {
        messages.tell("the job failed", e);
      }
      resumption.advice().ifPresent(messages::tell);
      return 1;
    }
    RunReport report = report(generation);
    Count counted =
        new Count(
            report.rowsOk(), report.rowsFailed(), report.promptTokens(), report.completionTokens());
    curve.counted(counted);
    if (progress != null) {
      progress.finish(counted);
    }
    if (limit.passed(counted)) {
      messages.print(report.text());
      writeReport(report, generation.metrics());
      messages.tell(
          "%s; the output is as it was, and the rows are in %s, where their error column says why"
              .formatted(limit.message(counted), output.keep()));
      if (resumption.advice().isPresent()) {
        messages.tell(
            "failed rows are finished, too: once the cause is mended, run the job again with"
                + " resume: {retry-failed: true}, or with a larger max-error-fraction");
      }
      return 1;
    }
    resumption.publishing(
        () -> output.written(new StructType().add(AppendedRows.IDENTITY, "string")), output);
    output.publish();
    resumption.published();
    show(output, rows, report);
    messages.print(report.text());
    try {
      writeReport(report, generation.metrics());
    } catch (IOException e) {
      messages.tell("the rows are written, but the report cannot be", e);
      return 1;
    }
    return 0;
  }

  private RunReport report(GenerationJob generation) {
    RunReport counts = reportOf(generation.metrics(), List.of());
    if (counts.rowsOk() + counts.rowsFailed() == 0) {
      warn(
          job.output().mode().equals("append")
              ? "the input has no rows, or none that are new, so none are added to the output"
              : "the input has no rows, so the output has none");
    }
    RunReport.repeated(generation.metrics(), job.settings().text(TaskSetting.ID_COLUMN))
        .ifPresent(this::warn);
    return reportOf(generation.metrics(), warnings);
  }

  private RunReport reportOf(GenerationMetrics metrics, List<String> told) {
    return RunReport.of(metrics, spark.version(), told, RunOrigin.of(job, digests));
  }

  /** A run that is to be repeated must have the same model. */
  private void requireSameModel() {
    List<String> differences = repeated == null ? List.of() : repeated.differences(job, digests);
    if (!differences.isEmpty() && !command.force()) {
      throw new JobException(
          List.of(
              "the run of "
                  + command.fromReport()
                  + " cannot be repeated: "
                  + String.join("; ", differences)
                  + ". Give --force to run its job all the same"));
    }
  }

  /** Says what the user should know, and keeps it for the report. */
  private void warn(String warning) {
    messages.tell(warning);
    warnings.add(warning);
  }

  private ErrorLimit errorLimit() {
    SparkContext context = spark.sparkContext();
    context.addJobTag(JOB_TAG);
    ErrorLimit limit =
        new ErrorLimit(
            job.maxErrorFraction(),
            () -> context.cancelJobsWithTag(JOB_TAG, "max-error-fraction is exceeded"));
    context.addSparkListener(new RowCounts(limit));
    if (command.html() != null) {
      context.addSparkListener(new RowCounts(curve));
    }
    return limit;
  }

  private ProgressBar progress(long rows) throws IOException {
    if (!command.progress()) {
      return null;
    }
    ProgressBar progress = new ProgressBar(terminal(), rows);
    spark.sparkContext().addSparkListener(new RowCounts(progress));
    return progress;
  }

  /**
   * The terminal itself, since standard error may go through a filter that waits for complete
   * lines; standard error for a process without a terminal, which cannot open it.
   */
  private PrintStream terminal() throws IOException {
    try {
      return new PrintStream(new File("/dev/tty"), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      LOG.debug("There is no terminal", e);
      return messages.err();
    }
  }

  /** Shows the first rows. They are written already, so that the job succeeds in any case. */
  private void show(JobOutput output, Dataset<Row> input, RunReport report) {
    Preview preview =
        new Preview(
            List.of(input.columns()),
            job.output().names(),
            job.settings().text(TaskSetting.PARSED_COLUMN),
            report.rowsFailed() > 0);
    try {
      Dataset<Row> rows = preview.of(output.published());
      Console.withOut(
          messages.out(),
          () -> {
            rows.show(FIRST_ROWS, COLUMN_WIDTH);
            return null;
          });
    } catch (Exception e) {
      messages.tell("the rows are written, but cannot be shown", e);
    }
  }

  private void requireWritableReport() {
    command.reports().forEach(JobRun::requireWritable);
  }

  private static void requireWritable(String option, NamedFile file) {
    try {
      file.makeFolder();
      if (!file.isWritable()) {
        throw new JobException(
            List.of(option + " " + file + " cannot be written: name another file"));
      }
    } catch (IOException e) {
      throw new JobException(option + " " + file + ": its folder cannot be made: " + e, e);
    }
  }

  private void writeReport(RunReport report, GenerationMetrics metrics) throws IOException {
    if (command.report() != null) {
      String json =
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report);
      command.report().write(job.withoutSecrets(json));
    }
    if (command.html() != null) {
      String page =
          HtmlReport.of(
              "Run of " + command.source(),
              report,
              metrics,
              curve.points(),
              command.pricePerHour(),
              job::withoutSecrets);
      command.html().write(page);
    }
  }
}
