package io.pinion.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The values that a user gave to settings; others have their default. Immutable. */
public final class SettingValues {
  private final Map<Setting, Object> given;

  public SettingValues(Map<? extends Setting, ?> given) {
    this.given = Map.copyOf(given);
  }

  /** The settings that were given a value, each with it. */
  public Map<Setting, Object> given() {
    return given;
  }

  /** The value or the default; {@code null} where there is neither. */
  public Object get(Setting setting) {
    Object value = given.get(setting);
    return value == null ? setting.defaultValue() : value;
  }

  /** As {@link #get}, of a text. */
  public String text(Setting setting) {
    return (String) get(setting);
  }

  /** As {@link #get}, of an integer that has a default. */
  public int integer(Setting setting) {
    return (Integer) get(setting);
  }

  /** As {@link #get}, of a flag that has a default. */
  public boolean flag(Setting setting) {
    return (Boolean) get(setting);
  }

  /** As {@link #get}, of a list of texts. */
  @SuppressWarnings("unchecked")
  public List<String> texts(Setting setting) {
    return (List<String>) get(setting);
  }

  /** Whether the value is allowed by the setting's type; so is that there is none. */
  public boolean fits(Setting setting) {
    Object value = get(setting);
    return value == null || setting.type().problem(value).isEmpty();
  }

  /**
   * Every value that is not allowed, one sentence each.
   *
   * @param name what a setting is called in them
   */
  public List<String> problems(List<? extends Setting> settings, Function<Setting, String> name) {
    List<String> problems = new ArrayList<>();
    for (Setting setting : settings) {
      if (get(setting) != null) {
        setting
            .type()
            .problem(get(setting))
            .ifPresent(problem -> problems.add(name.apply(setting) + " " + problem));
      }
    }
    return problems;
  }
}
