package io.pinion.generate;

import io.pinion.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How the next token is chosen and when a completion ends, with the usual names and meanings;
 * {@link SamplingParameter} documents each parameter with its range and default.
 *
 * <p>Order: penalties, mask, temperature (below 0.00001 is greedy), then the filters top-k, top-p
 * and min-p. Tokens that tie with the last kept one are kept too.
 *
 * <p>Immutable. Invalid values can be constructed; {@link #problems} lists them.
 */
public record SamplingParameters(
    double temperature,
    double topP,
    int topK,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    int maxTokens,
    int minTokens,
    List<String> stop,
    List<Integer> stopTokenIds,
    long seed,
    int n,
    int beamWidth,
    boolean ignoreEos)
    implements java.io.Serializable {

  /** Greedy, 256 tokens at most. */
  public static final SamplingParameters DEFAULTS = of(SamplingParameter::defaultValue);

  public SamplingParameters {
    stop = List.copyOf(stop);
    stopTokenIds = List.copyOf(stopTokenIds);
  }

  /**
   * Parameters with given values.
   *
   * @param value returns the value of a parameter, in the Java type of its {@code SettingType}
   */
  @SuppressWarnings("unchecked")
  public static SamplingParameters of(Function<? super SamplingParameter, ?> value) {
    return new SamplingParameters(
        (Double) value.apply(SamplingParameter.TEMPERATURE),
        (Double) value.apply(SamplingParameter.TOP_P),
        (Integer) value.apply(SamplingParameter.TOP_K),
        (Double) value.apply(SamplingParameter.MIN_P),
        (Double) value.apply(SamplingParameter.REPETITION_PENALTY),
        (Double) value.apply(SamplingParameter.PRESENCE_PENALTY),
        (Double) value.apply(SamplingParameter.FREQUENCY_PENALTY),
        (Integer) value.apply(SamplingParameter.MAX_TOKENS),
        (Integer) value.apply(SamplingParameter.MIN_TOKENS),
        (List<String>) value.apply(SamplingParameter.STOP),
        (List<Integer>) value.apply(SamplingParameter.STOP_TOKEN_IDS),
        (Long) value.apply(SamplingParameter.SEED),
        (Integer) value.apply(SamplingParameter.N),
        (Integer) value.apply(SamplingParameter.BEAM_WIDTH),
        (Boolean) value.apply(SamplingParameter.IGNORE_EOS));
  }

  /** The same with another value of one parameter. */
  public SamplingParameters with(SamplingParameter parameter, Object value) {
    return of(each -> each == parameter ? value : each.of(this));
  }

  /** Every invalid value, one sentence each; empty if all are valid. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (SamplingParameter parameter : SamplingParameter.values()) {
      parameter
          .type()
          .problem(parameter.of(this))
          .ifPresent(problem -> problems.add(parameter.key() + " " + problem));
    }
    return problems.isEmpty() ? conflicts(Setting::key, parameter -> true) : problems;
  }

  /**
   * Valid values that conflict with each other, one sentence each.
   *
   * @param name the name of a parameter in these sentences
   * @param known whether a parameter's value is final; others are not checked for conflicts
   */
  public List<String> conflicts(
      Function<Setting, String> name, Predicate<SamplingParameter> known) {
    List<String> problems = new ArrayList<>();
    if (minTokens > maxTokens
        && known.test(SamplingParameter.MIN_TOKENS)
        && known.test(SamplingParameter.MAX_TOKENS)) {
      problems.add(
          "%s must be at most %s, %d, is %d"
              .formatted(
                  name.apply(SamplingParameter.MIN_TOKENS),
                  name.apply(SamplingParameter.MAX_TOKENS),
                  maxTokens,
                  minTokens));
    }
    if (beamWidth > 0 && beamWidth < n) {
      problems.add(
          "%s must be at least %s, %d, is %d"
              .formatted(
                  name.apply(SamplingParameter.BEAM_WIDTH),
                  name.apply(SamplingParameter.N),
                  n,
                  beamWidth));
    }
    if (beamWidth > 0 && temperature > 0 && known.test(SamplingParameter.TEMPERATURE)) {
      problems.add(
          "%s must be 0 with %s, is %s"
              .formatted(
                  name.apply(SamplingParameter.TEMPERATURE),
                  name.apply(SamplingParameter.BEAM_WIDTH),
                  temperature));
    }
    return problems;
  }

  /**
   * Why a row with these parameters does not fit into a batch; empty if it does.
   *
   * @param slots maximum number of sequences in a batch
   * @param slotsName the name of that setting
   * @param name the name of a parameter
   */
  public Optional<String> tooWide(int slots, String slotsName, Function<Setting, String> name) {
    int width = Math.max(n, beamWidth);
    if (width <= slots) {
      return Optional.empty();
    }
    SamplingParameter widest = beamWidth > n ? SamplingParameter.BEAM_WIDTH : SamplingParameter.N;
    return Optional.of(
        "%s must be at most %s, %d, is %d".formatted(name.apply(widest), slotsName, slots, width));
  }
}
