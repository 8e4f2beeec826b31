package io.pinion.generate;

import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import java.util.List;
import java.util.function.Function;

/**
 * The table of sampling parameters. The job file, the Spark ML parameters, their checks, per-row
 * values from columns and the digest of a request all iterate over it.
 *
 * <p>The digest depends on the order: add new parameters at the end. Bounds keep every value finite
 * and, if the device divides by it, above 0, in 32 bits too; those of the penalties are OpenAI's.
 */
public enum SamplingParameter implements Setting {
  TEMPERATURE(
      "temperature",
      "temperature",
      SettingType.decimal(0, 100),
      0.0,
      "0 is greedy; otherwise logits are divided by it",
      SamplingParameters::temperature),
  TOP_P(
      "top-p",
      "topP",
      SettingType.decimalAbove(0, 1),
      1.0,
      "keep the fewest tokens whose probabilities sum to this; 1 keeps all",
      SamplingParameters::topP),
  TOP_K(
      "top-k",
      "topK",
      SettingType.integer(0, Integer.MAX_VALUE),
      0,
      "keep this many of the likeliest tokens; 0 keeps all",
      SamplingParameters::topK),
  MIN_P(
      "min-p",
      "minP",
      SettingType.decimal(0, 1),
      0.0,
      "keep tokens at least this share as likely as the likeliest; 0 keeps all",
      SamplingParameters::minP),
  REPETITION_PENALTY(
      "repetition-penalty",
      "repetitionPenalty",
      SettingType.decimal(0.01, 100),
      1.0,
      "divides (or, below zero, multiplies) the logits of tokens in prompt or completion; 1 is off",
      SamplingParameters::repetitionPenalty),
  PRESENCE_PENALTY(
      "presence-penalty",
      "presencePenalty",
      SettingType.decimal(-2, 2),
      0.0,
      "subtracted once from the logits of tokens in the completion",
      SamplingParameters::presencePenalty),
  FREQUENCY_PENALTY(
      "frequency-penalty",
      "frequencyPenalty",
      SettingType.decimal(-2, 2),
      0.0,
      "subtracted from a token's logit for each time that it is in the completion",
      SamplingParameters::frequencyPenalty),
  MAX_TOKENS(
      "max-tokens",
      "maxTokens",
      SettingType.integer(1, Integer.MAX_VALUE),
      256,
      "the most tokens of a completion",
      SamplingParameters::maxTokens),
  MIN_TOKENS(
      "min-tokens",
      "minTokens",
      SettingType.integer(0, Integer.MAX_VALUE),
      0,
      "no end-of-text and no stop before this many tokens",
      SamplingParameters::minTokens),
  STOP(
      "stop",
      "stop",
      SettingType.texts(),
      List.of(),
      "texts that end a completion and are cut off",
      SamplingParameters::stop),
  STOP_TOKEN_IDS(
      "stop-token-ids",
      "stopTokenIds",
      SettingType.tokenIds(),
      List.of(),
      "tokens that end a completion",
      SamplingParameters::stopTokenIds),
  SEED(
      "seed",
      "seed",
      SettingType.longInteger(),
      0L,
      "with the row's id, the source of its random numbers",
      SamplingParameters::seed),
  N(
      "n",
      "n",
      SettingType.integer(1, 1024),
      1,
      "how many completions; more than 1 makes the output columns arrays",
      SamplingParameters::n),
  BEAM_WIDTH(
      "beam-width",
      "beamWidth",
      SettingType.integer(0, 1024),
      0,
      "0 samples; otherwise beam search with this many beams, of which the best n are kept",
      SamplingParameters::beamWidth),
  IGNORE_EOS(
      "ignore-eos",
      "ignoreEos",
      SettingType.flag(),
      false,
      "continue past end-of-text tokens",
      SamplingParameters::ignoreEos);

  private final Entry<?> entry;
  private final Function<SamplingParameters, Object> accessor;

  <T> SamplingParameter(
      String key,
      String parameter,
      SettingType<T> type,
      T defaultValue,
      String documentation,
      Function<SamplingParameters, Object> accessor) {
    this.entry = new Entry<>("sampling", key, parameter, type, defaultValue, documentation);
    this.accessor = accessor;
  }

  @Override
  public Entry<?> entry() {
    return entry;
  }

  /** The value of this parameter in a row's parameters. */
  public Object of(SamplingParameters parameters) {
    return accessor.apply(parameters);
  }

  /** Whether each row may have its own value; parameters that shape output columns may not. */
  public boolean perRow() {
    return this != N && this != BEAM_WIDTH;
  }
}
