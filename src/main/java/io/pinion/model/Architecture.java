package io.pinion.model;

import java.util.Arrays;
import java.util.Locale;

/** The families of decoder that Pinion can run. */
public enum Architecture {
  LLAMA,
  MISTRAL,
  QWEN2,
  QWEN3;

  /**
   * The architecture that a file names.
   *
   * @param where the file and key, as in {@code config.json has model_type}
   * @throws ModelException where it is not known, with the list of those that are
   */
  public static Architecture of(Object name, String where) {
    return Arrays.stream(values())
        .filter(known -> known.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    where
                        + " '"
                        + name
                        + "', which Pinion cannot run. It runs "
                        + Arrays.stream(values()).map(Architecture::key).toList()));
  }

  /** The name that files have for it. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
