package io.pinion.setting;

/** One entry of a table of settings. Implementations are enums. */
public interface Setting {
  /**
   * The section of the job file that has it, such as {@code sampling}; empty for the top level;
   * {@code null} where the job file has no key of its own for it.
   */
  String section();

  /** Its key in that section, in kebab-case, such as {@code top-p}; {@code null} as above. */
  String key();

  /** Its Spark ML parameter, such as {@code topP}; saved pipelines have this name in them. */
  String parameter();

  /** What its values are. */
  SettingType<?> type();

  /** The value where none is given; {@code null} where there is none then. */
  Object defaultValue();

  /** What it does, in a sentence without a full stop. */
  String documentation();

  /** Its key with the section before it, such as {@code sampling.top-p}; only where it has one. */
  default String path() {
    return section().isEmpty() ? key() : section() + "." + key();
  }
}
