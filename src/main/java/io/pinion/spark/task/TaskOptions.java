package io.pinion.spark.task;

import io.pinion.engine.ModelOptions;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.setting.SettingValues;
import java.io.Serializable;
import java.util.List;

/**
 * What a task needs to know to generate for its rows, in the types that it uses. Columns are {@code
 * null} where none is named.
 *
 * @param device auto, cpu or gpu
 * @param samplingColumns the columns that hold a row's own sampling parameters
 * @param lookAheadRows how many rows of a task wait for the device at once
 * @param deduplicate whether equal requests are computed once
 */
public record TaskOptions(
    ModelOptions model,
    String device,
    PromptSource prompt,
    String idColumn,
    SamplingParameters sampling,
    List<SamplingColumn> samplingColumns,
    GuideSource guide,
    boolean failOnError,
    int lookAheadRows,
    boolean deduplicate)
    implements Serializable {

  /**
   * Where a row's prompt comes from: a column of text, a column of messages, or a template.
   *
   * @param system a message before the text of the column or the template; {@code null} for none
   */
  public record PromptSource(
      String inputColumn, String messagesColumn, String template, String system)
      implements Serializable {}

  /**
   * Where a row's guide comes from.
   *
   * @param common the guide of rows that have none in the column; {@code null} for none
   * @param kind what the texts in the column are; {@code null} where each says so itself, as in
   *     {@code {"regex": "[a-z]+"}}
   * @param json how guides from the column write JSON
   * @param closeAtMaxTokens whether guided texts are ended in time to be whole within max-tokens
   */
  public record GuideSource(
      GuideRequest common,
      String column,
      GuideRequest.Kind kind,
      JsonOptions json,
      boolean closeAtMaxTokens)
      implements Serializable {

    /**
     * The source that settings name.
     *
     * @throws GuideException where one of them is not a guide
     */
    public static GuideSource of(SettingValues values) {
      JsonOptions json =
          new JsonOptions(
              values.text(TaskSetting.PROPERTY_ORDER).equals("any"),
              values.integer(TaskSetting.WHITE_SPACE));
      String common = values.text(TaskSetting.GUIDE);
      String kind = values.text(TaskSetting.GUIDE_KIND);
      return new GuideSource(
          common == null ? null : GuideRequest.parse(common, json),
          values.text(TaskSetting.GUIDE_COLUMN),
          kind == null ? null : GuideRequest.Kind.of(kind),
          json,
          values.flag(TaskSetting.CLOSE_AT_MAX_TOKENS));
    }
  }

  /**
   * The options that settings ask for; they must have no {@linkplain SettingConflicts conflicts}.
   *
   * @throws GuideException where a guide among them is not one
   */
  public static TaskOptions of(SettingValues values) {
    return new TaskOptions(
        model(values),
        values.text(TaskSetting.DEVICE),
        new PromptSource(
            values.text(TaskSetting.INPUT_COLUMN),
            values.text(TaskSetting.MESSAGES_COLUMN),
            values.text(TaskSetting.PROMPT_TEMPLATE),
            values.text(TaskSetting.SYSTEM)),
        values.text(TaskSetting.ID_COLUMN),
        SamplingParameters.of(values::get),
        samplingColumns(values),
        GuideSource.of(values),
        values.text(TaskSetting.ON_ERROR).equals("fail"),
        values.integer(TaskSetting.SLOTS) * values.integer(TaskSetting.LOOK_AHEAD),
        values.flag(TaskSetting.DEDUPLICATE));
  }

  private static ModelOptions model(SettingValues values) {
    return new ModelOptions(
        values.text(TaskSetting.URI),
        values.text(TaskSetting.REVISION),
        values.text(TaskSetting.DTYPE),
        values.integer(TaskSetting.MAX_MODEL_LENGTH),
        values.integer(TaskSetting.SLOTS),
        values.flag(TaskSetting.PLAIN),
        values.flag(TaskSetting.SPECULATE),
        values.integer(TaskSetting.THREADS));
  }

  /**
   * The columns that hold a row's own sampling parameters; entries that are not one are left out.
   */
  public static List<SamplingColumn> samplingColumns(SettingValues values) {
    return values.texts(TaskSetting.SAMPLING_COLUMNS).stream()
        .flatMap(entry -> SamplingColumn.parse(entry).stream())
        .toList();
  }
}
