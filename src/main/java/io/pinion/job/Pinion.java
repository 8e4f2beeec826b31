package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.JobFileReader;
import io.pinion.setting.Secrets;
import io.pinion.spark.VersionCheck;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * The main class for {@code spark-submit}: runs the job in a YAML file.
 *
 * <p>Exit codes: 0 if every row was processed and the limit on failed rows was not exceeded, 1 if
 * the job failed, 2 if it could not start because of its arguments, job file or environment.
 */
public final class Pinion {
  private static final String APPLICATION_NAME = "spark.app.name";
  private static final String HIDDEN_IN_PLANS = "spark.sql.redaction.string.regex";

  private Pinion() {}

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
      RunOrigin repeated =
          command.fromReport() == null ? null : RunOrigin.read(command.fromReport());
      JobFile job = job(command, repeated);
      return run(command, repeated, job, new Messages(job, out, err, command.debug()));
    } catch (JobException e) {
      err.println("pinion: " + e.getMessage().replace("\n", "\npinion: "));
      return 2;
    }
  }

  private static JobFile job(CommandLine command, RunOrigin repeated) {
    if (repeated == null) {
      return JobFileReader.read(command.job(), command.overrides(), System::getenv);
    }
    String name = command.fromReport() + " (repeat.job)";
    return JobFileReader.read(repeated.job(), name, command.overrides(), System::getenv);
  }

  /** Spark's plans, which its UI shows, hide credentials unless the user says what else to hide. */
  private static SparkSession session(CommandLine command, JobFile job) {
    SparkSession.Builder builder = SparkSession.builder().appName(name(command, job));
    if (System.getProperty(HIDDEN_IN_PLANS) == null) {
      builder.config(HIDDEN_IN_PLANS, Secrets.CREDENTIALS);
    }
    return builder.getOrCreate();
  }

  /** The name that the user gave to spark-submit, which without one gives the main class. */
  private static String name(CommandLine command, JobFile job) {
    String given = System.getProperty(APPLICATION_NAME, Pinion.class.getName());
    if (!given.equals(Pinion.class.getName())) {
      return given;
    }
    return job.name() == null ? "pinion " + command.source() : job.name();
  }

  private static int run(CommandLine command, RunOrigin repeated, JobFile job, Messages messages) {
    Secrets.hide(job.variables());
    try (SparkSession spark = session(command, job)) {
      return new JobRun(job, repeated, command, spark, messages).run();
    } catch (JobException e) {
      messages.tell(e.getMessage());
      return 2;
    } catch (Exception | StackOverflowError | OutOfMemoryError | LinkageError e) {
      messages.tell("the job failed", e);
      return 1;
    }
  }
}
