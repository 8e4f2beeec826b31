package io.pinion.setting;

/** One setting of a table. Implementations are enums. */
public interface Setting {
  /**
   * What the table says of a setting.
   *
   * @param section the section of its key in the job file, such as {@code sampling}; empty for the
   *     top level; {@code null} if the job file has no key of its own for it
   * @param key its key in that section, in kebab-case, such as {@code top-p}; {@code null} as above
   * @param parameter its Spark ML parameter, such as {@code topP}. Saved pipelines contain this
   *     name
   * @param type the type of its values
   * @param defaultValue the value if none is given; {@code null} for no default
   * @param documentation a description of one sentence, without a full stop
   */
  record Entry<T>(
      String section,
      String key,
      String parameter,
      SettingType<T> type,
      T defaultValue,
      String documentation) {}

  Entry<?> entry();

  default String section() {
    return entry().section();
  }

  default String key() {
    return entry().key();
  }

  default String parameter() {
    return entry().parameter();
  }

  default SettingType<?> type() {
    return entry().type();
  }

  default Object defaultValue() {
    return entry().defaultValue();
  }

  default String documentation() {
    return entry().documentation();
  }

  /** The key after its section, such as {@code sampling.top-p}. Only for a setting with a key. */
  default String path() {
    return section().isEmpty() ? key() : section() + "." + key();
  }
}
