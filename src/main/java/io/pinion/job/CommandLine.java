package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.NamedFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The arguments of {@link Pinion}.
 *
 * @param job the job file; {@code null} if the job is that of a report
 * @param fromReport the report of the run to repeat; {@code null} if a job file is named
 * @param report where to write the report as JSON; {@code null} for nowhere
 * @param html where to write the report as a page; {@code null} for nowhere
 * @param pricePerHour of all machines together, for the page; 0 if it is not given
 * @param force whether to go on with a checkpoint of other settings
 */
record CommandLine(
    NamedFile job,
    NamedFile fromReport,
    List<String> overrides,
    NamedFile report,
    NamedFile html,
    double pricePerHour,
    boolean progress,
    boolean force,
    boolean debug) {
  static final String USAGE =
      "usage: pinion.jar (JOB.yaml | --from-report FILE) [--set KEY=VALUE]... [--report FILE]"
          + " [--html FILE] [--price-per-hour PRICE] [--force] [--progress]"
          + " [--debug]";

  static CommandLine parse(String... arguments) {
    NamedFile job = null;
    NamedFile report = null;
    NamedFile html = null;
    double pricePerHour = 0;
    NamedFile fromReport = null;
    boolean progress = false;
    boolean force = false;
    boolean debug = false;
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--set" -> overrides.add(value(arguments, ++i));
        case "--from-report" -> fromReport = new NamedFile(value(arguments, ++i));
        case "--report" -> report = new NamedFile(value(arguments, ++i));
        case "--html" -> html = new NamedFile(value(arguments, ++i));
        case "--price-per-hour" -> pricePerHour = price(value(arguments, ++i));
        case "--progress" -> progress = true;
        case "--force" -> force = true;
        case "--debug" -> debug = true;
        default -> {
          if (arguments[i].startsWith("-") || job != null) {
            throw new JobException(List.of("unknown argument " + arguments[i], USAGE));
          }
          job = new NamedFile(arguments[i]);
        }
      }
    }
    if ((job == null) == (fromReport == null)) {
      String problem =
          job == null ? "no job file is named" : "a job file and --from-report exclude each other";
      throw new JobException(List.of(problem, USAGE));
    }
    if (report != null && html != null && report.path().equals(html.path())) {
      throw new JobException(List.of("--report and --html name one file: name two", USAGE));
    }
    return new CommandLine(
        job,
        fromReport,
        List.copyOf(overrides),
        report,
        html,
        pricePerHour,
        progress,
        force,
        debug);
  }

  private static double price(String text) {
    if (!text.matches("[0-9]{1,9}([.][0-9]{1,9})?")) {
      throw new JobException(
          List.of("--price-per-hour must be a number such as 1.25, is '" + text + "'", USAGE));
    }
    return Double.parseDouble(text);
  }

  /** The files of the report, by the option that names them. */
  Map<String, NamedFile> reports() {
    Map<String, NamedFile> files = new LinkedHashMap<>();
    files.put("--report", report);
    files.put("--html", html);
    files.values().removeIf(Objects::isNull);
    return files;
  }

  /** The file that the job is in. */
  NamedFile source() {
    return job == null ? fromReport : job;
  }

  private static String value(String[] arguments, int index) {
    if (index == arguments.length) {
      throw new JobException(List.of(arguments[index - 1] + " needs a value", USAGE));
    }
    return arguments[index];
  }
}
