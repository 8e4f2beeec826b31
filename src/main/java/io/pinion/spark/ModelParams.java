package io.pinion.spark;

import io.pinion.spark.task.TaskSetting;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;

/** The Spark ML parameters for the model and its batches. */
public interface ModelParams<T> extends SettingParams<T> {
  default Param<String> modelUrl() {
    return param(TaskSetting.URI);
  }

  /** The value, or {@code null} if none is set. */
  default String getModelUrl() {
    return (String) value(TaskSetting.URI);
  }

  default T setModelUrl(String value) {
    return set(TaskSetting.URI, value);
  }

  default Param<String> revision() {
    return param(TaskSetting.REVISION);
  }

  default String getRevision() {
    return (String) value(TaskSetting.REVISION);
  }

  default T setRevision(String value) {
    return set(TaskSetting.REVISION, value);
  }

  default Param<String> dtype() {
    return param(TaskSetting.DTYPE);
  }

  default String getDtype() {
    return (String) value(TaskSetting.DTYPE);
  }

  default T setDtype(String value) {
    return set(TaskSetting.DTYPE, value);
  }

  default Param<String> device() {
    return param(TaskSetting.DEVICE);
  }

  default String getDevice() {
    return (String) value(TaskSetting.DEVICE);
  }

  default T setDevice(String value) {
    return set(TaskSetting.DEVICE, value);
  }

  default IntParam maxModelLength() {
    return param(TaskSetting.MAX_MODEL_LENGTH);
  }

  default int getMaxModelLength() {
    return (Integer) value(TaskSetting.MAX_MODEL_LENGTH);
  }

  default T setMaxModelLength(int value) {
    return set(TaskSetting.MAX_MODEL_LENGTH, value);
  }

  default IntParam threads() {
    return param(TaskSetting.THREADS);
  }

  default int getThreads() {
    return (Integer) value(TaskSetting.THREADS);
  }

  default T setThreads(int value) {
    return set(TaskSetting.THREADS, value);
  }

  default IntParam batchSize() {
    return param(TaskSetting.SLOTS);
  }

  default int getBatchSize() {
    return (Integer) value(TaskSetting.SLOTS);
  }

  default T setBatchSize(int value) {
    return set(TaskSetting.SLOTS, value);
  }

  default IntParam lookAhead() {
    return param(TaskSetting.LOOK_AHEAD);
  }

  default int getLookAhead() {
    return (Integer) value(TaskSetting.LOOK_AHEAD);
  }

  default T setLookAhead(int value) {
    return set(TaskSetting.LOOK_AHEAD, value);
  }

  default BooleanParam plain() {
    return param(TaskSetting.PLAIN);
  }

  default boolean getPlain() {
    return (Boolean) value(TaskSetting.PLAIN);
  }

  default T setPlain(boolean value) {
    return set(TaskSetting.PLAIN, value);
  }

  default BooleanParam speculate() {
    return param(TaskSetting.SPECULATE);
  }

  default boolean getSpeculate() {
    return (Boolean) value(TaskSetting.SPECULATE);
  }

  default T setSpeculate(boolean value) {
    return set(TaskSetting.SPECULATE, value);
  }

  default BooleanParam deduplicate() {
    return param(TaskSetting.DEDUPLICATE);
  }

  default boolean getDeduplicate() {
    return (Boolean) value(TaskSetting.DEDUPLICATE);
  }

  default T setDeduplicate(boolean value) {
    return set(TaskSetting.DEDUPLICATE, value);
  }
}
