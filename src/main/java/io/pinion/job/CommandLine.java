package io.pinion.job;

import io.pinion.job.file.JobException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of {@link Pinion}.
 *
 * @param job the job file; {@code null} if the job is that of a report
 * @param fromReport the report of the run to repeat; {@code null} if a job file is named
 * @param report where to write the report as JSON; {@code null} for nowhere
 * @param force whether to go on with a checkpoint of other settings
 */
record CommandLine(
    Path job,
    Path fromReport,
    List<String> overrides,
    Path report,
    boolean progress,
    boolean force,
    boolean debug) {
  static final String USAGE =
      "usage: pinion.jar (JOB.yaml | --from-report FILE) [--set KEY=VALUE]... [--report FILE] [--force] [--progress]"
          + " [--debug]";

  static CommandLine parse(String... arguments) {
    Path job = null;
    Path report = null;
    Path fromReport = null;
    boolean progress = false;
    boolean force = false;
    boolean debug = false;
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--set" -> overrides.add(value(arguments, ++i));
        case "--from-report" -> fromReport = Path.of(value(arguments, ++i));
        case "--report" -> report = Path.of(value(arguments, ++i));
        case "--progress" -> progress = true;
        case "--force" -> force = true;
        case "--debug" -> debug = true;
        default -> {
          if (arguments[i].startsWith("-") || job != null) {
            throw new JobException(List.of("unknown argument " + arguments[i], USAGE));
          }
          job = Path.of(arguments[i]);
        }
      }
    }
    if ((job == null) == (fromReport == null)) {
      String problem =
          job == null ? "no job file is named" : "a job file and --from-report exclude each other";
      throw new JobException(List.of(problem, USAGE));
    }
    return new CommandLine(job, fromReport, List.copyOf(overrides), report, progress, force, debug);
  }

  /** The file that the job is in. */
  Path source() {
    return job == null ? fromReport : job;
  }

  private static String value(String[] arguments, int index) {
    if (index == arguments.length) {
      throw new JobException(List.of(arguments[index - 1] + " needs a value", USAGE));
    }
    return arguments[index];
  }
}
