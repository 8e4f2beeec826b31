package io.pinion.job;

import io.pinion.job.file.JobFile;
import java.io.PrintStream;

/**
 * What a job tells its user. What environment variables hold is shown by the variables' names,
 * since it may be a secret.
 *
 * @param out for results
 * @param err for what is wrong
 * @param debug whether stack traces are printed
 */
record Messages(JobFile job, PrintStream out, PrintStream err, boolean debug) {
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
      java.io.StringWriter trace = new java.io.StringWriter();
      fault.printStackTrace(new java.io.PrintWriter(trace));
      err.print(job.withoutSecrets(trace.toString()));
    }
  }

  /** The message of the exception that the others are because of. */
  static String cause(Throwable fault) {
    Throwable cause = fault;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
