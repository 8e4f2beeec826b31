package io.pinion.spark;

import io.pinion.spark.task.TaskSetting;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;

/** The Spark ML parameters for the input and output columns. */
public interface ColumnParams<T> extends SettingParams<T> {
  default Param<String> inputCol() {
    return param(TaskSetting.INPUT_COLUMN);
  }

  /** The value, or {@code null} if none is set. */
  default String getInputCol() {
    return (String) value(TaskSetting.INPUT_COLUMN);
  }

  default T setInputCol(String value) {
    return set(TaskSetting.INPUT_COLUMN, value);
  }

  default Param<String> messagesCol() {
    return param(TaskSetting.MESSAGES_COLUMN);
  }

  /** The value, or {@code null} if none is set. */
  default String getMessagesCol() {
    return (String) value(TaskSetting.MESSAGES_COLUMN);
  }

  default T setMessagesCol(String value) {
    return set(TaskSetting.MESSAGES_COLUMN, value);
  }

  default Param<String> promptTemplate() {
    return param(TaskSetting.PROMPT_TEMPLATE);
  }

  /** The value, or {@code null} if none is set. */
  default String getPromptTemplate() {
    return (String) value(TaskSetting.PROMPT_TEMPLATE);
  }

  default T setPromptTemplate(String value) {
    return set(TaskSetting.PROMPT_TEMPLATE, value);
  }

  default Param<String> system() {
    return param(TaskSetting.SYSTEM);
  }

  /** The value, or {@code null} if none is set. */
  default String getSystem() {
    return (String) value(TaskSetting.SYSTEM);
  }

  default T setSystem(String value) {
    return set(TaskSetting.SYSTEM, value);
  }

  default BooleanParam allowSpecialTokens() {
    return param(TaskSetting.ALLOW_SPECIAL_TOKENS);
  }

  default boolean getAllowSpecialTokens() {
    return (Boolean) value(TaskSetting.ALLOW_SPECIAL_TOKENS);
  }

  default T setAllowSpecialTokens(boolean value) {
    return set(TaskSetting.ALLOW_SPECIAL_TOKENS, value);
  }

  default Param<String> idCol() {
    return param(TaskSetting.ID_COLUMN);
  }

  /** The value, or {@code null} if none is set. */
  default String getIdCol() {
    return (String) value(TaskSetting.ID_COLUMN);
  }

  default T setIdCol(String value) {
    return set(TaskSetting.ID_COLUMN, value);
  }

  default Param<String> outputCol() {
    return param(TaskSetting.OUTPUT_COLUMN);
  }

  default String getOutputCol() {
    return (String) value(TaskSetting.OUTPUT_COLUMN);
  }

  default T setOutputCol(String value) {
    return set(TaskSetting.OUTPUT_COLUMN, value);
  }

  default Param<String> outputPrefix() {
    return param(TaskSetting.OUTPUT_PREFIX);
  }

  default String getOutputPrefix() {
    return (String) value(TaskSetting.OUTPUT_PREFIX);
  }

  default T setOutputPrefix(String value) {
    return set(TaskSetting.OUTPUT_PREFIX, value);
  }

  default Param<String> outputStruct() {
    return param(TaskSetting.OUTPUT_STRUCT);
  }

  default String getOutputStruct() {
    return (String) value(TaskSetting.OUTPUT_STRUCT);
  }

  default T setOutputStruct(String value) {
    return set(TaskSetting.OUTPUT_STRUCT, value);
  }

  default StringArrayParam include() {
    return param(TaskSetting.INCLUDE);
  }

  default String[] getInclude() {
    return (String[]) value(TaskSetting.INCLUDE);
  }

  default T setInclude(String... value) {
    return set(TaskSetting.INCLUDE, value);
  }

  default Param<String> onError() {
    return param(TaskSetting.ON_ERROR);
  }

  default String getOnError() {
    return (String) value(TaskSetting.ON_ERROR);
  }

  default T setOnError(String value) {
    return set(TaskSetting.ON_ERROR, value);
  }
}
