package io.pinion.job.resume;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the answers in a checkpoint are answers to.
 *
 * @param format of the checkpoint's files
 * @param settings those of the latest run
 * @param keys the settings in the keys of answers: those of the first run, which {@code --force}
 *     keeps
 * @param forced what was changed with {@code --force}
 */
record Manifest(
    int format,
    String pinion,
    Map<String, String> settings,
    Map<String, String> keys,
    List<String> forced) {
  static final int FORMAT = 1;
  private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);

  static Manifest first(RequestSettings settings, String pinion) {
    return new Manifest(FORMAT, pinion, settings.values(), settings.values(), List.of());
  }

  /**
   * Reads the manifest of a checkpoint; {@code null} if there is no file, or one that is something
   * else.
   */
  static Manifest read(FileSystem files, Path file) throws IOException {
    try {
      Manifest read = JsonFiles.read(files, file, Manifest.class);
      boolean own =
          read != null
              && read.format > 0
              && read.settings != null
              && read.keys != null
              && read.forced != null;
      return own ? read : null;
    } catch (JsonProcessingException e) {
      LOG.debug("{} is no manifest", file, e);
      return null;
    }
  }

  /** The manifest for a run that goes on in spite of changes. */
  Manifest forced(RequestSettings changed, String version) {
    List<String> all = new ArrayList<>(forced);
    all.addAll(changed.changes(new RequestSettings(settings)));
    return new Manifest(FORMAT, version, changed.values(), keys, all);
  }
}
