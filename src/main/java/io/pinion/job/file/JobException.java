package io.pinion.job.file;

import java.util.List;

/**
 * A job that cannot start as it is written. The message has every problem found, each with its
 * position.
 */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public JobException(List<String> problems) {
    super(String.join("\n", problems));
  }

  public JobException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
