package io.pinion.job;

import io.pinion.job.file.JobFile;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;

/**
 * What a job tells its user. What environment variables hold is shown by the variables' names,
 * since it may be a secret.
 *
 * @param out for results
 * @param err for what is wrong
 * @param debug whether stack traces are printed
 */
record Messages(JobFile job, PrintStream out, PrintStream err, boolean debug) {
  /** How Spark's conditions begin that say which file could not be read. */
  private static final String UNREADABLE = "FAILED_READ_FILE";

  /** Lines of a stack trace, which Spark puts into some messages, and what leads to them. */
  private static final Pattern TRACE =
      Pattern.compile(
          "(?m)^(.* at:|\\s*(at )?[\\w.$/<>]+\\([\\w$]+\\.(java|scala):\\d+\\)|\\h*)$\\R?");

  /** Prints text as it is but for secrets. */
  void print(String text) {
    out.print(job.withoutSecrets(text));
  }

  /** Prints lines on standard error, each marked as Pinion's. */
  void tell(String lines) {
    err.println("pinion: " + job.withoutSecrets(lines).replace("\n", "\npinion: "));
  }

  /** Prints what failed and why. */
  void tell(String what, Throwable fault) {
    tell(what + ": " + cause(fault));
    if (debug) {
      StringWriter trace = new StringWriter();
      fault.printStackTrace(new PrintWriter(trace));
      err.print(job.withoutSecrets(trace.toString()));
    }
  }

  /** The message of the exception that the others are because of, and the file that was read. */
  static String cause(Throwable fault) {
    Throwable cause = fault;
    String file = null;
    while (true) {
      if (cause instanceof SparkThrowable spark
          && spark.getCondition() != null
          && spark.getCondition().startsWith(UNREADABLE)) {
        file = spark.getMessageParameters().get("path");
      }
      if (cause.getCause() == null || cause.getCause() == cause) {
        break;
      }
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    String words = TRACE.matcher(message).replaceAll("").strip();
    words = words.isEmpty() ? cause.toString() : words;
    return file == null || words.contains(file) ? words : file + " cannot be read: " + words;
  }
}
