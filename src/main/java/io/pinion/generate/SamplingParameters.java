package io.pinion.generate;

import io.pinion.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How the next token is chosen and when a completion ends, with the field's usual names and
 * meanings; {@link SamplingParameter} documents each and has its range and default.
 *
 * <p>Order: penalties, mask, temperature (below 0.00001 is greedy), then the filters top-k, top-p
 * and min-p. Tokens that tie with the last one kept are kept too.
 *
 * <p>Immutable. Any value can be constructed; {@link #problems} says what is wrong with it.
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
   * The parameters that have these values.
   *
   * @param value gives each parameter's, of its type's Java type
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

  /** Every value that is not allowed, one sentence each; empty where all is well. */
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
   * Allowed values that do not go together, one sentence each.
   *
   * @param name what a parameter is called in them
   * @param known whether a parameter's value is the one that counts; others conflict with nothing
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
   * Why a row with these parameters has no room in a batch; empty where it has.
   *
   * @param slots how many sequences a batch has at most
   * @param slotsName what that is called
   * @param name what a parameter is called
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
