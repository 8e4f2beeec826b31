package io.pinion.job.resume;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.pinion.job.file.JobException;
import java.io.IOException;
import java.io.PrintStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Tells how far a job is, from its checkpoint and without Spark.
 *
 * <p>Exit codes: 0 if the checkpoint could be read, 2 if not.
 */
public final class StatusCommand {
  private static final String USAGE = "usage: status CHECKPOINT [--json]";

  private StatusCommand() {}

  /** Prints the status. Exits the JVM with its exit code unless that is 0. */
  public static void main(String... arguments) {
    int code = run(System.out, System.err, arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(PrintStream out, PrintStream err, String... arguments) {
    String folder = null;
    boolean json = false;
    for (String argument : arguments) {
      if (argument.equals("--json")) {
        json = true;
      } else if (argument.startsWith("-") || folder != null) {
        err.println("pinion: unknown argument " + argument + "\npinion: " + USAGE);
        return 2;
      } else {
        folder = argument;
      }
    }
    if (folder == null) {
      err.println("pinion: no checkpoint is named\npinion: " + USAGE);
      return 2;
    }
    try {
      CheckpointStatus status =
          CheckpointStatus.of(new Path(folder), new Configuration(), System.currentTimeMillis());
      out.print(json ? json(status) : status.text());
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      err.println("pinion: checkpoint " + folder + " cannot be read: " + e.getMessage());
    } catch (JobException e) {
      err.println("pinion: " + e.getMessage());
    }
    return 2;
  }

  private static String json(CheckpointStatus status) throws JsonProcessingException {
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(status)
        + System.lineSeparator();
  }
}
