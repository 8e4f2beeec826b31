package io.pinion.spark.task;

import io.pinion.engine.ModelOptions;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.setting.SettingValues;
import io.pinion.spark.column.StructSchema;
import io.pinion.text.template.PromptTemplate;
import java.io.Serializable;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The options that a task needs to generate for its rows. Columns that are not set are {@code
 * null}.
 *
 * @param device auto, cpu or gpu
 * @param samplingColumns the columns with sampling parameters by row
 * @param lookAhead how many computations of a task may be pending at once, in batches
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
    int lookAhead,
    boolean deduplicate)
    implements Serializable {

  /**
   * Where a row's prompt comes from: a column of text, a column of messages, or a template.
   *
   * @param system the system message before the text of the column or template; {@code null} for
   *     none
   * @param allowSpecialTokens whether control tokens spelled out in columns are themselves, not
   *     text
   */
  public record PromptSource(
      String inputColumn,
      String messagesColumn,
      String template,
      String system,
      boolean allowSpecialTokens)
      implements Serializable {

    /** A source whose columns are only text. */
    public PromptSource(String inputColumn, String messagesColumn, String template, String system) {
      this(inputColumn, messagesColumn, template, system, false);
    }
  }

  /**
   * Where a row's guide comes from.
   *
   * @param common the guide of rows without their own; {@code null} for none
   * @param kind the kind of all guides in the column; {@code null} if each names its own, as in
   *     {@code {"regex": "[a-z]+"}}
   * @param json the JSON options of the guides
   * @param closeAtMaxTokens whether guided text is closed in time to be complete within max-tokens
   */
  public record GuideSource(
      GuideRequest common,
      String column,
      GuideRequest.Kind kind,
      JsonOptions json,
      boolean closeAtMaxTokens)
      implements Serializable {

    /**
     * The source given by the settings.
     *
     * @throws GuideException if the guide is invalid
     */
    public static GuideSource of(SettingValues values) {
      JsonOptions json =
          new JsonOptions(
              values.text(TaskSetting.PROPERTY_ORDER).equals("any"),
              values.integer(TaskSetting.WHITE_SPACE));
      String kind = values.text(TaskSetting.GUIDE_KIND);
      return new GuideSource(
          common(values, json),
          values.text(TaskSetting.GUIDE_COLUMN),
          kind == null ? null : GuideRequest.Kind.of(kind),
          json,
          values.flag(TaskSetting.CLOSE_AT_MAX_TOKENS));
    }

    private static GuideRequest common(SettingValues values, JsonOptions json) {
      String type = values.text(TaskSetting.OUTPUT_TYPE);
      if (type != null) {
        String schema = StructSchema.of(StructSchema.read(type));
        return new GuideRequest(GuideRequest.Kind.JSON_SCHEMA, schema, json);
      }
      String common = values.text(TaskSetting.GUIDE);
      return common == null ? null : GuideRequest.parse(common, json);
    }
  }

  /**
   * The options given by settings, which must have no {@linkplain SettingConflicts conflicts}.
   *
   * @throws GuideException if the guide is invalid
   */
  public static TaskOptions of(SettingValues values) {
    return new TaskOptions(
        model(values),
        values.text(TaskSetting.DEVICE),
        new PromptSource(
            values.text(TaskSetting.INPUT_COLUMN),
            values.text(TaskSetting.MESSAGES_COLUMN),
            values.text(TaskSetting.PROMPT_TEMPLATE),
            values.text(TaskSetting.SYSTEM),
            values.flag(TaskSetting.ALLOW_SPECIAL_TOKENS)),
        values.text(TaskSetting.ID_COLUMN),
        SamplingParameters.of(values::get),
        samplingColumns(values),
        GuideSource.of(values),
        values.text(TaskSetting.ON_ERROR).equals("fail"),
        values.integer(TaskSetting.LOOK_AHEAD),
        values.flag(TaskSetting.DEDUPLICATE));
  }

  /**
   * The columns that a row's text depends on, each once. The id is one of them where it determines
   * the random numbers.
   */
  public List<String> requestColumns() {
    Set<String> columns = new LinkedHashSet<>();
    boolean random =
        sampling.temperature() > 0
            || samplingColumns.stream()
                .anyMatch(each -> each.parameter() == SamplingParameter.TEMPERATURE);
    if (random && !deduplicate) {
      columns.add(idColumn);
    }
    columns.add(prompt.inputColumn());
    columns.add(prompt.messagesColumn());
    if (prompt.template() != null) {
      columns.addAll(PromptTemplate.parse(prompt.template()).columns());
    }
    columns.add(guide.column());
    samplingColumns.forEach(each -> columns.add(each.column()));
    columns.remove(null);
    return List.copyOf(columns);
  }

  static ModelOptions model(SettingValues values) {
    return new ModelOptions(
        values.text(TaskSetting.URI),
        values.text(TaskSetting.REVISION),
        values.text(TaskSetting.DTYPE),
        values.integer(TaskSetting.MAX_MODEL_LENGTH),
        // Unset, it is the device's own, which only the executor knows.
        values.given().containsKey(TaskSetting.SLOTS) ? values.integer(TaskSetting.SLOTS) : 0,
        values.flag(TaskSetting.PLAIN),
        values.flag(TaskSetting.SPECULATE),
        values.integer(TaskSetting.THREADS));
  }

  /** The columns with sampling parameters by row; entries that do not parse are left out. */
  public static List<SamplingColumn> samplingColumns(SettingValues values) {
    return values.texts(TaskSetting.SAMPLING_COLUMNS).stream()
        .flatMap(entry -> SamplingColumn.parse(entry).stream())
        .toList();
  }
}
