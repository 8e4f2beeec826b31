package io.pinion.job;

import java.util.List;

/** A job that cannot start as it is written; holds every problem found, each with its place. */
final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1;

  JobException(List<String> problems) {
    super(String.join("\n", problems));
  }

  JobException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
