package io.pinion.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.pinion.job.RowCounts.Count;
import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFileReader;
import io.pinion.spark.VersionCheck;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import scala.Console;

/**
 * The main class for {@code spark-submit}: runs the job in a YAML file.
 *
 * <p>Exit codes: 0 if every row was processed and the limit on failed rows was not exceeded, 1 if
 * the job failed, 2 if it could not start because of its arguments, job file or environment.
 */
public final class Pinion {
  private static final String JOB_TAG = "pinion";
  private static final int FIRST_ROWS = 10;
  private static final int COLUMN_WIDTH = 60;

  private final CommandLine command;
  private final PrintStream out;
  private final PrintStream err;

  private Pinion(CommandLine command, PrintStream out, PrintStream err) {
    this.command = command;
    this.out = out;
    this.err = err;
  }

  /** Runs a job. Exits the JVM with its exit code unless that is 0. */
  public static void main(String... arguments) {
    int code = run(System.out, System.err, arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(PrintStream out, PrintStream err, String... arguments) {
    List<String> unfit = VersionCheck.problems();
    if (!unfit.isEmpty()) {
      unfit.forEach(problem -> err.println("pinion: " + problem));
      return 2;
    }
    try {
      CommandLine command = CommandLine.parse(arguments);
      JobFile job = JobFileReader.read(command.job(), command.overrides(), System::getenv);
      return new Pinion(command, out, err).run(job);
    } catch (JobException e) {
      err.println("pinion: " + e.getMessage().replace("\n", "\npinion: "));
      return 2;
    }
  }

  private int run(JobFile job) {
    try (SparkSession spark =
        SparkSession.builder().appName("pinion " + command.job()).getOrCreate()) {
      return run(job, spark);
    } catch (JobException e) {
      throw e;
    } catch (Exception e) {
      err.println("pinion: the job failed: " + rootCause(e));
      if (command.debug()) {
        e.printStackTrace(err);
      }
      return 1;
    }
  }

  private int run(JobFile job, SparkSession spark) throws Exception {
    GenerationJob generation = new GenerationJob(job, spark);
    Dataset<Row> rows;
    try {
      rows = generation.read();
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new JobException("input: " + e.getMessage(), e);
      }
      throw e;
    }
    Dataset<Row> generated = generation.transform(rows);
    ErrorLimit limit = errorLimit(job, spark);
    ProgressBar progress = progress(spark, rows);
    try {
      generation.write(generated);
    } catch (Exception e) {
      if (limit.stopped()) {
        err.println("pinion: " + limit.message());
        return 1;
      }
      throw e;
    }
    RunReport report = RunReport.of(generation.metrics(), spark.version());
    Count counted = new Count(report.rowsOk(), report.rowsFailed());
    if (progress != null) {
      progress.finish(counted);
    }
    Preview preview =
        new Preview(
            List.of(rows.columns()),
            job.settings().text(TaskSetting.PARSED_COLUMN),
            report.rowsFailed() > 0);
    show(preview.of(written(job, spark, generated.schema())));
    out.print(report.text());
    write(report);
    if (limit.passed(counted)) {
      err.println("pinion: " + limit.message(counted) + "; their error column says why");
      return 1;
    }
    return 0;
  }

  private static ErrorLimit errorLimit(JobFile job, SparkSession spark) {
    SparkContext context = spark.sparkContext();
    context.addJobTag(JOB_TAG);
    ErrorLimit limit =
        new ErrorLimit(
            job.maxErrorFraction(),
            () -> context.cancelJobsWithTag(JOB_TAG, "max-error-fraction is exceeded"));
    context.addSparkListener(new RowCounts(limit));
    return limit;
  }

  private ProgressBar progress(SparkSession spark, Dataset<Row> rows) throws IOException {
    if (!command.progress()) {
      return null;
    }
    ProgressBar progress = new ProgressBar(terminal(), rows.count());
    spark.sparkContext().addSparkListener(new RowCounts(progress));
    return progress;
  }

  /**
   * The terminal itself, since standard error may go through a filter that waits for complete
   * lines.
   */
  private PrintStream terminal() throws IOException {
    Path terminal = Path.of("/dev/tty");
    return Files.isWritable(terminal)
        ? new PrintStream(terminal.toFile(), StandardCharsets.UTF_8)
        : err;
  }

  private void show(Dataset<Row> rows) {
    Console.withOut(
        out,
        () -> {
          rows.show(FIRST_ROWS, COLUMN_WIDTH);
          return null;
        });
  }

  /**
   * The output of the job. JSON and CSV files do not state the types and order of their columns, so
   * they are read with the schema they were written with.
   */
  private static Dataset<Row> written(JobFile job, SparkSession spark, StructType schema) {
    String format = job.output().format();
    if (format.equals("table")) {
      return spark.table(job.output().table());
    }
    DataFrameReader reader = spark.read().options(job.output().options()).format(format);
    return (format.equals("parquet") ? reader : reader.schema(schema)).load(job.output().path());
  }

  private void write(RunReport report) throws IOException {
    if (command.report() != null) {
      if (command.report().toAbsolutePath().getParent() != null) {
        Files.createDirectories(command.report().toAbsolutePath().getParent());
      }
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(command.report().toFile(), report);
    }
  }

  private static String rootCause(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
