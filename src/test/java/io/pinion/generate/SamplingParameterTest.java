package io.pinion.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table against the record whose components it describes. */
class SamplingParameterTest {
  private static Object another(SamplingParameter parameter) {
    return switch (parameter.type().kind()) {
      case DECIMAL -> 0.25;
      case INTEGER -> 3;
      case LONG -> 3L;
      case FLAG -> true;
      case TEXT -> "x";
      case TEXTS -> List.of("x");
      case INTEGERS -> List.of(3);
    };
  }

  @Test
  void everyComponentOfTheRecordIsAnEntryInItsPlace() {
    assertThat(SamplingParameter.values())
        .extracting(SamplingParameter::parameter)
        .containsExactlyElementsOf(
            Arrays.stream(SamplingParameters.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList());
  }

  @ParameterizedTest
  @EnumSource
  void theSpellingsAreOfOneName(SamplingParameter parameter) {
    assertThat(parameter.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .isEqualTo(parameter.key());
    assertThat(parameter.key().replace("-", ""))
        .isEqualTo(parameter.parameter().toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @EnumSource
  void aValueGoesIntoTheComponentThatItIsReadFrom(SamplingParameter parameter) throws Exception {
    Object value = another(parameter);
    SamplingParameters changed = SamplingParameters.DEFAULTS.with(parameter, value);
    for (SamplingParameter each : SamplingParameter.values()) {
      Object expected = each == parameter ? value : each.defaultValue();
      assertThat(each.of(changed)).isEqualTo(expected);
      assertThat(SamplingParameters.class.getMethod(each.parameter()).invoke(changed))
          .isEqualTo(expected);
    }
    assertThat(parameter.type().problem(value)).isEmpty();
    assertThat(parameter.type().problem(parameter.defaultValue())).isEmpty();
  }

  @Test
  void everyDecimalStaysFiniteAndAboveZeroInFloats() {
    for (SamplingParameter parameter : SamplingParameter.values()) {
      for (double value : new double[] {1e300, -1e300, 1 / 0., Double.NaN}) {
        if (parameter.defaultValue() instanceof Double) {
          assertThat(parameter.type().problem(value)).as("%s %s", parameter, value).isPresent();
        }
      }
    }
    assertThat(SamplingParameter.REPETITION_PENALTY.type().problem(1e-40)).isPresent();
  }

  @Test
  void whatDoesNotGoTogetherIsNamedOnlyWhereBothAreKnown() {
    SamplingParameters both =
        SamplingParameters.DEFAULTS
            .with(SamplingParameter.MIN_TOKENS, 300)
            .with(SamplingParameter.BEAM_WIDTH, 2)
            .with(SamplingParameter.TEMPERATURE, 0.5);
    assertThat(both.problems())
        .containsExactly(
            "min-tokens must be at most max-tokens, 256, is 300",
            "temperature must be 0 with beam-width, is 0.5");
    assertThat(both.conflicts(each -> each.key(), each -> each == SamplingParameter.MIN_TOKENS))
        .isEmpty();
    assertThat(both.with(SamplingParameter.N, 3).tooWide(2, "slots", each -> each.path()))
        .contains("sampling.n must be at most slots, 2, is 3");
    assertThat(both.tooWide(2, "slots", each -> each.path())).isEmpty();
  }
}
