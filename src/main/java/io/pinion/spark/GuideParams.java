package io.pinion.spark;

import io.pinion.spark.task.TaskSetting;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** The Spark ML parameters for guides, which constrain the generated text. */
public interface GuideParams<T> extends SettingParams<T> {
  default Param<String> guide() {
    return param(TaskSetting.GUIDE);
  }

  /** The value, or {@code null} if none is set. */
  default String getGuide() {
    return (String) value(TaskSetting.GUIDE);
  }

  /** Sets the guide as JSON, such as {@code {"regex": "[a-z]+"}}; {@code null} for none. */
  default T setGuide(String value) {
    return set(TaskSetting.GUIDE, value);
  }

  default Param<String> outputType() {
    return param(TaskSetting.OUTPUT_TYPE);
  }

  /** The value, or {@code null} if none is set. */
  default String getOutputType() {
    return (String) value(TaskSetting.OUTPUT_TYPE);
  }

  /**
   * Sets the type of the parsed column, in place of a guide: columns as in {@code CREATE TABLE}
   * ({@code customer STRING, urgency INT NOT NULL}), or the JSON of a struct type.
   */
  default T setOutputType(String value) {
    return set(TaskSetting.OUTPUT_TYPE, value);
  }

  default Param<String> guideCol() {
    return param(TaskSetting.GUIDE_COLUMN);
  }

  /** The value, or {@code null} if none is set. */
  default String getGuideCol() {
    return (String) value(TaskSetting.GUIDE_COLUMN);
  }

  default T setGuideCol(String value) {
    return set(TaskSetting.GUIDE_COLUMN, value);
  }

  default Param<String> guideKind() {
    return param(TaskSetting.GUIDE_KIND);
  }

  /** The value, or {@code null} if none is set. */
  default String getGuideKind() {
    return (String) value(TaskSetting.GUIDE_KIND);
  }

  default T setGuideKind(String value) {
    return set(TaskSetting.GUIDE_KIND, value);
  }

  default Param<String> propertyOrder() {
    return param(TaskSetting.PROPERTY_ORDER);
  }

  default String getPropertyOrder() {
    return (String) value(TaskSetting.PROPERTY_ORDER);
  }

  default T setPropertyOrder(String value) {
    return set(TaskSetting.PROPERTY_ORDER, value);
  }

  default IntParam whiteSpace() {
    return param(TaskSetting.WHITE_SPACE);
  }

  default int getWhiteSpace() {
    return (Integer) value(TaskSetting.WHITE_SPACE);
  }

  default T setWhiteSpace(int value) {
    return set(TaskSetting.WHITE_SPACE, value);
  }

  default BooleanParam closeAtMaxTokens() {
    return param(TaskSetting.CLOSE_AT_MAX_TOKENS);
  }

  default boolean getCloseAtMaxTokens() {
    return (Boolean) value(TaskSetting.CLOSE_AT_MAX_TOKENS);
  }

  default T setCloseAtMaxTokens(boolean value) {
    return set(TaskSetting.CLOSE_AT_MAX_TOKENS, value);
  }

  default Param<String> parsedCol() {
    return param(TaskSetting.PARSED_COLUMN);
  }

  default String getParsedCol() {
    return (String) value(TaskSetting.PARSED_COLUMN);
  }

  default T setParsedCol(String value) {
    return set(TaskSetting.PARSED_COLUMN, value);
  }

  /** Sets a JSON Schema, given as JSON text, as the guide. */
  default T setJsonSchema(String value) {
    return setGuide("{\"json_schema\": " + value + "}");
  }
}
