package io.pinion.setting;

/** One entry of a table of settings. Implementations are enums. */
public interface Setting {
  /**
   * The section of its key in the job file, such as {@code sampling}; empty for the top level;
   * {@code null} if the job file has no key of its own for it.
   */
  String section();

  /** Its key in that section, in kebab-case, such as {@code top-p}; {@code null} as above. */
  String key();

  /** Its Spark ML parameter, such as {@code topP}. Saved pipelines contain this name. */
  String parameter();

  /** The type of its values. */
  SettingType<?> type();

  /** The value if none is given; {@code null} for no default. */
  Object defaultValue();

  /** A description of one sentence, without a full stop. */
  String documentation();

  /** The key after its section, such as {@code sampling.top-p}. Only for a setting with a key. */
  default String path() {
    return section().isEmpty() ? key() : section() + "." + key();
  }
}
