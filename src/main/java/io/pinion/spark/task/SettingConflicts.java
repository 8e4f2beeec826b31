package io.pinion.spark.task;

import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds settings that are allowed by themselves but not together, and would fail every row.
 * Parameters that come from a column are checked with each row.
 */
public final class SettingConflicts {
  private SettingConflicts() {}

  /**
   * One message for each conflict. Values that are not allowed by themselves are left out.
   *
   * @param name the name of a setting in the messages
   */
  public static List<String> of(SettingValues values, Function<Setting, String> name) {
    if (!Arrays.stream(SamplingParameter.values()).allMatch(values::fits)) {
      return List.of();
    }
    SamplingParameters sampling = SamplingParameters.of(values::get);
    Set<SamplingParameter> own =
        TaskOptions.samplingColumns(values).stream()
            .map(SamplingColumn::parameter)
            .collect(Collectors.toSet());
    List<String> problems =
        new ArrayList<>(sampling.conflicts(name, parameter -> !own.contains(parameter)));
    if (values.fits(TaskSetting.SLOTS)) {
      sampling
          .tooWide(values.integer(TaskSetting.SLOTS), name.apply(TaskSetting.SLOTS), name)
          .ifPresent(problems::add);
    }
    return problems;
  }
}
