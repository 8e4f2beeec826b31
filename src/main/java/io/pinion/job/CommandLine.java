package io.pinion.job;

import io.pinion.job.file.JobException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of {@link Pinion}.
 *
 * @param report where to write the report as JSON; {@code null} for nowhere
 * @param force whether to go on with a checkpoint of other settings
 */
record CommandLine(Path job, List<String> overrides, Path report, boolean progress, boolean force, boolean debug) {
  static final String USAGE =
      "usage: pinion.jar JOB.yaml [--set KEY=VALUE]... [--report FILE] [--force] [--progress]"
          + " [--debug]";

  static CommandLine parse(String... arguments) {
    Path job = null;
    Path report = null;
    boolean progress = false;
    boolean force = false;
    boolean debug = false;
    List<String> overrides = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--set" -> overrides.add(value(arguments, ++i));
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
    if (job == null) {
      throw new JobException(List.of("no job file is named", USAGE));
    }
    return new CommandLine(job, List.copyOf(overrides), report, progress, force, debug);
  }

  private static String value(String[] arguments, int index) {
    if (index == arguments.length) {
      throw new JobException(List.of(arguments[index - 1] + " needs a value", USAGE));
    }
    return arguments[index];
  }
}
