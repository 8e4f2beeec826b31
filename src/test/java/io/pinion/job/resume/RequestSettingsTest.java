package io.pinion.job.resume;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.SamplingParameter;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingValues;
import io.pinion.spark.task.TaskSetting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestSettingsTest {
  private static RequestSettings of(Map<Setting, Object> values, String digest) {
    return RequestSettings.of(new SettingValues(values), Map.of("model.gguf", digest), Map.of());
  }

  private static final RequestSettings PLAIN = of(Map.of(), "abc");

  @Test
  void whatChangesTextsChangesTheSettings() {
    Map<TaskSetting, Object> changing =
        Map.of(
            TaskSetting.DTYPE, "bf16",
            TaskSetting.MAX_MODEL_LENGTH, 100,
            TaskSetting.PROMPT_TEMPLATE, "{{ a }}",
            TaskSetting.SYSTEM, "Be brief.",
            TaskSetting.ALLOW_SPECIAL_TOKENS, true,
            TaskSetting.GUIDE, "{}",
            TaskSetting.PROPERTY_ORDER, "any",
            TaskSetting.CLOSE_AT_MAX_TOKENS, false,
            TaskSetting.ID_COLUMN, "id",
            TaskSetting.DEDUPLICATE, true);
    changing.forEach(
        (setting, value) -> {
          List<String> changes = of(Map.of(setting, value), "abc").changes(PLAIN);
          assertThat(changes).hasSize(1);
          assertThat(changes.get(0)).contains(" and is ");
        });
    assertThat(of(Map.of(SamplingParameter.SEED, 7L), "abc").changes(PLAIN))
        .containsExactly("sampling.seed was 0 and is 7");
    assertThat(of(Map.of(), "def").changes(PLAIN))
        .containsExactly("model file model.gguf was abc and is def");
  }

  @Test
  void whatChangesNoTextDoesNot() {
    Map<Setting, Object> values = new HashMap<>();
    values.put(TaskSetting.URI, "/elsewhere");
    values.put(TaskSetting.DEVICE, "cpu");
    values.put(TaskSetting.THREADS, 3);
    values.put(TaskSetting.SLOTS, 5);
    values.put(TaskSetting.LOOK_AHEAD, 9);
    values.put(TaskSetting.SPECULATE, false);
    values.put(TaskSetting.PLAIN, true);
    values.put(TaskSetting.OUTPUT_COLUMN, "answer");
    values.put(TaskSetting.PARSED_COLUMN, "record");
    values.put(TaskSetting.ON_ERROR, "fail");
    values.put(TaskSetting.INCLUDE, List.of("token_ids"));
    RequestSettings other = of(values, "abc");
    assertThat(other.changes(PLAIN)).isEmpty();
    assertThat(other.text()).isEqualTo(PLAIN.text());
  }

  @Test
  void differentSettingsHaveDifferentTexts() {
    RequestSettings one = of(Map.of(TaskSetting.SYSTEM, "a\nprompt.template=1:b"), "abc");
    RequestSettings two =
        of(Map.of(TaskSetting.SYSTEM, "a", TaskSetting.PROMPT_TEMPLATE, "b"), "abc");
    assertThat(one.text()).isNotEqualTo(two.text());
  }

  @Test
  void longValuesAreShortened() {
    RequestSettings one = of(Map.of(TaskSetting.SYSTEM, "word ".repeat(100)), "abc");
    assertThat(one.changes(PLAIN).get(0)).hasSizeLessThan(120).endsWith("...");
  }

  @Test
  void whatVariablesHoldIsNotTold() {
    SettingValues values = new SettingValues(Map.of(TaskSetting.SYSTEM, "The word is swordfish."));
    RequestSettings one = RequestSettings.of(values, Map.of(), Map.of("WORD", "swordfish"));
    assertThat(one.values().toString())
        .doesNotContain("swordfish")
        .contains("The word is ${WORD}. (SHA-256 ");
    SettingValues changed = new SettingValues(Map.of(TaskSetting.SYSTEM, "The word is goldfish."));
    RequestSettings other = RequestSettings.of(changed, Map.of(), Map.of("WORD", "goldfish"));
    assertThat(other.changes(one)).hasSize(1);
    assertThat(other.changes(one).get(0)).doesNotContain("fish");
  }

  @Test
  void listsAreToldApartByTheirItems() {
    RequestSettings one = of(Map.of(SamplingParameter.STOP, List.of("a, b")), "abc");
    RequestSettings two = of(Map.of(SamplingParameter.STOP, List.of("a", "b")), "abc");
    assertThat(one.text()).isNotEqualTo(two.text());
    assertThat(two.changes(one))
        .containsExactly("sampling.stop was [\"a, b\"] and is [\"a\",\"b\"]");
  }

  /** Such as one with the day, which is in the prompt by chance. */
  @Test
  void aVariableWithTheTextOfASettingChangesNothing() {
    SettingValues values = new SettingValues(Map.of(TaskSetting.SYSTEM, "Mails of 2026."));
    RequestSettings plain = RequestSettings.of(values, Map.of(), Map.of());
    RequestSettings hidden = RequestSettings.of(values, Map.of(), Map.of("YEAR", "2026"));
    assertThat(hidden.changes(plain)).isEmpty();
    assertThat(hidden.text()).isEqualTo(plain.text());
  }
}
