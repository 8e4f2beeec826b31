package io.pinion.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The values of settings: those that a user gave, and defaults for the others. Immutable. */
public final class SettingValues {
  private final Map<Setting, Object> given;

  public SettingValues(Map<? extends Setting, ?> given) {
    this.given = Map.copyOf(given);
  }

  /** The values that the user gave. */
  public Map<Setting, Object> given() {
    return given;
  }

  /** The value, or the default; {@code null} if there is neither. */
  public Object get(Setting setting) {
    Object value = given.get(setting);
    return value == null ? setting.defaultValue() : value;
  }

  /** Like {@link #get}, for a text. */
  public String text(Setting setting) {
    return (String) get(setting);
  }

  /** Like {@link #get}, for an integer setting with a default. */
  public int integer(Setting setting) {
    return (Integer) get(setting);
  }

  /** Like {@link #get}, for a flag with a default. */
  public boolean flag(Setting setting) {
    return (Boolean) get(setting);
  }

  /** Like {@link #get}, for a list of texts. */
  @SuppressWarnings("unchecked")
  public List<String> texts(Setting setting) {
    return (List<String>) get(setting);
  }

  /** Whether the setting's type allows its value. No value is allowed, too. */
  public boolean fits(Setting setting) {
    Object value = get(setting);
    return value == null || setting.type().problem(value).isEmpty();
  }

  /**
   * One message for each value that is not allowed.
   *
   * @param name the name of a setting in the messages
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
