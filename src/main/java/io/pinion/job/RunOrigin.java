package io.pinion.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.TextVersion;
import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.NamedFile;
import io.pinion.setting.Sha256;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The part of a run's report that is needed to run the job again.
 *
 * @param job the job file with the values of {@code --set}, in which variables stand by their names
 * @param directory where relative paths start
 * @param seed of the random numbers
 * @param textVersion see {@link TextVersion}
 * @param guide the SHA-256 of the job's guide, which may be in a file of its own; {@code null} for
 *     none
 * @param modelFiles the SHA-256 of the model's files by name
 */
record RunOrigin(
    @JsonProperty("job") JsonNode job,
    @JsonProperty("directory") String directory,
    @JsonProperty("seed") long seed,
    @JsonProperty("text_version") int textVersion,
    @JsonProperty("guide") String guide,
    @JsonProperty("model_files") Map<String, String> modelFiles) {

  RunOrigin {
    modelFiles = modelFiles == null ? Map.of() : modelFiles;
  }

  static RunOrigin of(JobFile job, Map<String, String> modelFiles) {
    return new RunOrigin(
        job.source(),
        Path.of("").toAbsolutePath().toString(),
        (Long) job.settings().get(SamplingParameter.SEED),
        TextVersion.CURRENT,
        digest(job),
        modelFiles);
  }

  private static String digest(JobFile job) {
    String guide = job.settings().text(TaskSetting.GUIDE);
    return guide == null ? null : Sha256.hex(guide);
  }

  /**
   * Reads it from a report.
   *
   * @throws JobException if the file is no report
   */
  static RunOrigin read(NamedFile report) {
    try (InputStream stream = report.open()) {
      ObjectMapper json = new ObjectMapper();
      JsonNode repeat = json.readTree(stream).path("repeat");
      if (!repeat.path("job").isObject()) {
        throw new JobException(
            List.of("--from-report " + report + " has no repeat.job: it is no report of a run"));
      }
      return json.treeToValue(repeat, RunOrigin.class);
    } catch (IOException e) {
      throw new JobException("--from-report " + report + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** What differs now, so that texts may differ; empty if nothing does. */
  List<String> differences(JobFile now, Map<String, String> files) {
    List<String> differences = new ArrayList<>();
    if (textVersion != TextVersion.CURRENT) {
      differences.add("another version of Pinion wrote it, whose texts may differ");
    }
    if (!Objects.equals(guide, digest(now))) {
      differences.add("the guide is another");
    }
    TreeSet<String> names = new TreeSet<>(files.keySet());
    names.addAll(modelFiles.keySet());
    for (String name : names) {
      if (!String.valueOf(files.get(name)).equals(modelFiles.get(name))) {
        differences.add("the model's file " + name + " is another");
      }
    }
    return differences;
  }
}
