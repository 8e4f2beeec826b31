package io.pinion.spark;

import io.pinion.generate.SamplingParameter;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.error.GuideException;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import io.pinion.setting.SettingValues;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.column.OutputNames;
import io.pinion.spark.column.ParsedColumn;
import io.pinion.spark.column.StructSchema;
import io.pinion.spark.task.TaskOptions.GuideSource;
import io.pinion.spark.task.TaskSetting;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * The parameters of {@link TextGenerator}, one for each entry of {@link TaskSetting} and {@link
 * SamplingParameter}, and what is derived from them. Values are not checked when they are set, but
 * all at once when the schema of the input is known.
 *
 * @param <T> the concrete transformer, which setters return
 */
public abstract class TextGeneratorParams<T extends TextGeneratorParams<T>> extends Transformer
    implements ColumnParams<T>, ModelParams<T>, GuideParams<T>, SamplingParams<T> {
  private static final long serialVersionUID = 2;

  /** Every setting, in the order in which problems with them are reported. */
  static final List<Setting> SETTINGS =
      Stream.<Setting>concat(
              Arrays.stream(TaskSetting.values()), Arrays.stream(SamplingParameter.values()))
          .toList();

  private final String uid;
  private final Map<Setting, Param<?>> bySetting = new HashMap<>();

  TextGeneratorParams(String uid) {
    this.uid = uid;
    for (Setting setting : SETTINGS) {
      Param<Object> param = create(setting);
      bySetting.put(setting, param);
      if (setting.defaultValue() != null) {
        setDefault(param, toSpark(setting.type(), setting.defaultValue()));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private Param<Object> create(Setting setting) {
    String name = setting.parameter();
    String documentation = setting.documentation();
    return (Param<Object>)
        switch (setting.type().kind()) {
          case DECIMAL -> new DoubleParam(this, name, documentation);
          case INTEGER -> new IntParam(this, name, documentation);
          case LONG -> new LongParam(this, name, documentation);
          case FLAG -> new BooleanParam(this, name, documentation);
          case TEXT -> new Param<String>(this, name, documentation);
          case TEXTS -> new StringArrayParam(this, name, documentation);
          case INTEGERS -> new IntArrayParam(this, name, documentation);
        };
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  @SuppressWarnings("unchecked")
  public <P extends Param<?>> P param(Setting setting) {
    return (P) bySetting.get(setting);
  }

  @Override
  public Object value(Setting setting) {
    Param<?> param = param(setting);
    return isDefined(param) ? getOrDefault(param) : null;
  }

  @Override
  @SuppressWarnings("unchecked")
  public T set(Setting setting, Object value) {
    Param<Object> param = param(setting);
    if (value == null) {
      clear(param);
    } else {
      set(param, toSpark(setting.type(), value));
    }
    return (T) this;
  }

  private static Object toSpark(SettingType<?> type, Object value) {
    if (!(value instanceof List<?> items)) {
      return value;
    }
    return type.kind() == SettingType.Kind.TEXTS
        ? items.toArray(String[]::new)
        : items.stream().mapToInt(Integer.class::cast).toArray();
  }

  private static Object fromSpark(Object value) {
    return value instanceof String[] texts
        ? Arrays.asList(texts)
        : value instanceof int[] numbers ? Arrays.stream(numbers).boxed().toList() : value;
  }

  /** The values of the settings that are set, and the defaults of the others. */
  SettingValues values() {
    Map<Setting, Object> values = new HashMap<>();
    for (Setting setting : SETTINGS) {
      if (isSet(param(setting))) {
        values.put(setting, fromSpark(value(setting)));
      }
    }
    return new SettingValues(values);
  }

  /**
   * The columns that generation adds.
   *
   * @throws GuideException if the guide is invalid
   */
  OutputColumns columns() {
    return new OutputColumns(
        getOutputCol(), getN() > 1, List.of(getInclude()), parsed(), outputNames());
  }

  OutputNames outputNames() {
    return new OutputNames(getOutputPrefix(), getOutputStruct());
  }

  /**
   * The column of parsed JSON; {@code null} if the rows do not share one schema.
   *
   * @throws GuideException if the guide is invalid
   */
  ParsedColumn parsed() {
    if (getOutputType() != null && !getParsedCol().isEmpty()) {
      return ParsedColumn.of(getParsedCol(), StructSchema.read(getOutputType()));
    }
    GuideRequest common = GuideSource.of(values()).common();
    boolean typed =
        common != null
            && common.kind() == GuideRequest.Kind.JSON_SCHEMA
            && !getParsedCol().isEmpty();
    return typed ? ParsedColumn.of(getParsedCol(), common.text()) : null;
  }
}
