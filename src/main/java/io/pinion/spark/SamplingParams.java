package io.pinion.spark;

import io.pinion.generate.SamplingParameter;
import io.pinion.spark.task.TaskSetting;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.StringArrayParam;

/** The Spark ML parameters of {@link SamplingParameter}, each with its getter and setter. */
public interface SamplingParams<T> extends SettingParams<T> {
  default DoubleParam temperature() {
    return param(SamplingParameter.TEMPERATURE);
  }

  default double getTemperature() {
    return (Double) value(SamplingParameter.TEMPERATURE);
  }

  default T setTemperature(double value) {
    return set(SamplingParameter.TEMPERATURE, value);
  }

  default DoubleParam topP() {
    return param(SamplingParameter.TOP_P);
  }

  default double getTopP() {
    return (Double) value(SamplingParameter.TOP_P);
  }

  default T setTopP(double value) {
    return set(SamplingParameter.TOP_P, value);
  }

  default IntParam topK() {
    return param(SamplingParameter.TOP_K);
  }

  default int getTopK() {
    return (Integer) value(SamplingParameter.TOP_K);
  }

  default T setTopK(int value) {
    return set(SamplingParameter.TOP_K, value);
  }

  default DoubleParam minP() {
    return param(SamplingParameter.MIN_P);
  }

  default double getMinP() {
    return (Double) value(SamplingParameter.MIN_P);
  }

  default T setMinP(double value) {
    return set(SamplingParameter.MIN_P, value);
  }

  default DoubleParam repetitionPenalty() {
    return param(SamplingParameter.REPETITION_PENALTY);
  }

  default double getRepetitionPenalty() {
    return (Double) value(SamplingParameter.REPETITION_PENALTY);
  }

  default T setRepetitionPenalty(double value) {
    return set(SamplingParameter.REPETITION_PENALTY, value);
  }

  default DoubleParam presencePenalty() {
    return param(SamplingParameter.PRESENCE_PENALTY);
  }

  default double getPresencePenalty() {
    return (Double) value(SamplingParameter.PRESENCE_PENALTY);
  }

  default T setPresencePenalty(double value) {
    return set(SamplingParameter.PRESENCE_PENALTY, value);
  }

  default DoubleParam frequencyPenalty() {
    return param(SamplingParameter.FREQUENCY_PENALTY);
  }

  default double getFrequencyPenalty() {
    return (Double) value(SamplingParameter.FREQUENCY_PENALTY);
  }

  default T setFrequencyPenalty(double value) {
    return set(SamplingParameter.FREQUENCY_PENALTY, value);
  }

  default IntParam maxTokens() {
    return param(SamplingParameter.MAX_TOKENS);
  }

  default int getMaxTokens() {
    return (Integer) value(SamplingParameter.MAX_TOKENS);
  }

  default T setMaxTokens(int value) {
    return set(SamplingParameter.MAX_TOKENS, value);
  }

  default IntParam minTokens() {
    return param(SamplingParameter.MIN_TOKENS);
  }

  default int getMinTokens() {
    return (Integer) value(SamplingParameter.MIN_TOKENS);
  }

  default T setMinTokens(int value) {
    return set(SamplingParameter.MIN_TOKENS, value);
  }

  default StringArrayParam stop() {
    return param(SamplingParameter.STOP);
  }

  default String[] getStop() {
    return (String[]) value(SamplingParameter.STOP);
  }

  default T setStop(String... value) {
    return set(SamplingParameter.STOP, value);
  }

  default IntArrayParam stopTokenIds() {
    return param(SamplingParameter.STOP_TOKEN_IDS);
  }

  default int[] getStopTokenIds() {
    return (int[]) value(SamplingParameter.STOP_TOKEN_IDS);
  }

  default T setStopTokenIds(int... value) {
    return set(SamplingParameter.STOP_TOKEN_IDS, value);
  }

  default LongParam seed() {
    return param(SamplingParameter.SEED);
  }

  default long getSeed() {
    return (Long) value(SamplingParameter.SEED);
  }

  default T setSeed(long value) {
    return set(SamplingParameter.SEED, value);
  }

  default IntParam n() {
    return param(SamplingParameter.N);
  }

  default int getN() {
    return (Integer) value(SamplingParameter.N);
  }

  default T setN(int value) {
    return set(SamplingParameter.N, value);
  }

  default IntParam beamWidth() {
    return param(SamplingParameter.BEAM_WIDTH);
  }

  default int getBeamWidth() {
    return (Integer) value(SamplingParameter.BEAM_WIDTH);
  }

  default T setBeamWidth(int value) {
    return set(SamplingParameter.BEAM_WIDTH, value);
  }

  default BooleanParam ignoreEos() {
    return param(SamplingParameter.IGNORE_EOS);
  }

  default boolean getIgnoreEos() {
    return (Boolean) value(SamplingParameter.IGNORE_EOS);
  }

  default T setIgnoreEos(boolean value) {
    return set(SamplingParameter.IGNORE_EOS, value);
  }

  default StringArrayParam samplingCols() {
    return param(TaskSetting.SAMPLING_COLUMNS);
  }

  default String[] getSamplingCols() {
    return (String[]) value(TaskSetting.SAMPLING_COLUMNS);
  }

  default T setSamplingCols(String... value) {
    return set(TaskSetting.SAMPLING_COLUMNS, value);
  }
}
