package io.pinion.job.resume;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.TextVersion;
import io.pinion.setting.Secrets;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingValues;
import io.pinion.setting.Sha256;
import io.pinion.spark.task.TaskSetting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the texts of a job's rows depend on besides the rows: the model's files, the settings, and
 * the version of Pinion's algorithms. Immutable.
 *
 * @param values by name, as texts
 */
record RequestSettings(Map<String, String> values) {
  static final String MODEL = "model file ";
  private static final int LONGEST_VALUE = 60;
  private static final int DIGEST_BYTES = 16;
  private static final Pattern HIDDEN = Pattern.compile("(?s).*\\(SHA-256 ([0-9a-f]{32})\\)");

  /**
   * Where the model is, and what changes how fast or in which form texts come, not what they are.
   */
  private static final Set<TaskSetting> WITHOUT_EFFECT =
      EnumSet.of(
          TaskSetting.OUTPUT_COLUMN,
          TaskSetting.OUTPUT_PREFIX,
          TaskSetting.OUTPUT_STRUCT,
          TaskSetting.URI,
          TaskSetting.REVISION,
          TaskSetting.DEVICE,
          TaskSetting.THREADS,
          TaskSetting.PARSED_COLUMN,
          TaskSetting.ON_ERROR,
          TaskSetting.SLOTS,
          TaskSetting.LOOK_AHEAD,
          TaskSetting.PLAIN,
          TaskSetting.SPECULATE,
          TaskSetting.INCLUDE);

  RequestSettings {
    values = Map.copyOf(values);
  }

  /**
   * @param model the digests of the model's files, by name
   * @param variables environment variables with their values, which must not be told
   */
  static RequestSettings of(
      SettingValues settings, Map<String, String> model, Map<String, String> variables) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("Pinion's version of texts", Integer.toString(TextVersion.CURRENT));
    model.forEach((file, digest) -> values.put(MODEL + file, digest));
    for (TaskSetting setting : TaskSetting.values()) {
      if (!WITHOUT_EFFECT.contains(setting)) {
        add(values, setting, settings);
      }
    }
    for (SamplingParameter parameter : SamplingParameter.values()) {
      add(values, parameter, settings);
    }
    values.replaceAll((name, value) -> hidden(value, variables));
    return new RequestSettings(values);
  }

  /** A value with the names of variables for what they hold, and a digest to tell it by. */
  private static String hidden(String value, Map<String, String> variables) {
    String shown = Secrets.without(value, variables);
    return shown.equals(value) ? value : shown + " (SHA-256 " + digest(value) + ")";
  }

  /** Names a value, whether or not a variable with its text makes it {@link #hidden}. */
  private static String fingerprint(String value) {
    Matcher hidden = HIDDEN.matcher(value);
    return hidden.matches() ? hidden.group(1) : digest(value);
  }

  private static String digest(String value) {
    return Sha256.hex(value.getBytes(StandardCharsets.UTF_8), DIGEST_BYTES);
  }

  private static void add(Map<String, String> values, Setting setting, SettingValues settings) {
    Object value = settings.get(setting);
    if (value != null) {
      values.put(setting.section() == null ? setting.parameter() : setting.path(), text(value));
    }
  }

  /** A list's items go into quotes, so that different lists have different texts. */
  private static String text(Object value) {
    if (!(value instanceof List)) {
      return value.toString();
    }
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts and numbers is always JSON", e);
    }
  }

  /** All in one text, to be digested with each row. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (String name : new TreeSet<>(values.keySet())) {
      text.append(name).append('=').append(fingerprint(values.get(name))).append('\n');
    }
    return text.toString();
  }

  /** What differs from earlier settings, in words; empty if nothing does. */
  List<String> changes(RequestSettings earlier) {
    Set<String> names = new TreeSet<>(values.keySet());
    names.addAll(earlier.values.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String before = earlier.values.get(name);
      String now = values.get(name);
      if (before == null || now == null || !fingerprint(before).equals(fingerprint(now))) {
        changes.add("%s was %s and is %s".formatted(name, shown(before), shown(now)));
      }
    }
    return changes;
  }

  private static String shown(String value) {
    if (value == null) {
      return "not set";
    }
    String line = value.replaceAll("\\s+", " ");
    return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "...";
  }
}
