package io.pinion.job.resume;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  static Manifest first(RequestSettings settings, String pinion) {
    return new Manifest(FORMAT, pinion, settings.values(), settings.values(), List.of());
  }

  /** The manifest for a run that goes on in spite of changes. */
  Manifest forced(RequestSettings changed, String version) {
    List<String> all = new ArrayList<>(forced);
    all.addAll(changed.changes(new RequestSettings(settings)));
    return new Manifest(FORMAT, version, changed.values(), keys, all);
  }
}
